// The outline round what the pointer is over. Each part is drawn twice on top of the scene: once into the stencil only, once
// slightly larger in the accent colour where the stencil is empty; what is left is the silhouette of the whole.
import * as THREE from "three";

const ACCENT = 0xffb86b;
/** Width of the rim as a share of the distance to the camera, so that it looks equally wide near and far. */
const RIM_PER_METRE = 0.0042;

const mask = new THREE.MeshBasicMaterial({
  colorWrite: false, depthWrite: false, depthTest: false, side: THREE.DoubleSide, fog: false,
  stencilWrite: true, stencilRef: 1, stencilFunc: THREE.AlwaysStencilFunc, stencilZPass: THREE.ReplaceStencilOp,
});
const rim = new THREE.MeshBasicMaterial({
  color: ACCENT, depthWrite: false, side: THREE.DoubleSide, toneMapped: false, fog: false,
  stencilWrite: true, stencilRef: 1, stencilFunc: THREE.NotEqualStencilFunc,
});

export class Outline {
  #target: THREE.Object3D | null = null;
  #parts: THREE.Mesh[] = [];

  show(target: THREE.Object3D | null, camera: THREE.Camera): void {
    if (target === this.#target) return;
    this.#clear();
    this.#target = target;
    if (target === null) return;
    const meshes: THREE.Mesh[] = [];
    target.traverseVisible((part) => {
      if (part instanceof THREE.Mesh && !(part instanceof THREE.InstancedMesh) && solid(part)) meshes.push(part);
    });
    const width = RIM_PER_METRE * camera.position.distanceTo(target.getWorldPosition(new THREE.Vector3()));
    for (const mesh of meshes) this.#add(mesh, width);
  }

  /** Follows a part whose geometry was exchanged, and lets go of one that left the scene. */
  refresh(): void {
    for (const part of this.#parts) if (part.parent instanceof THREE.Mesh) part.geometry = part.parent.geometry;
  }

  #add(mesh: THREE.Mesh, width: number): void {
    mesh.geometry.computeBoundingBox();
    const box = mesh.geometry.boundingBox;
    if (box === null) return;
    const size = box.getSize(new THREE.Vector3());
    const centre = box.getCenter(new THREE.Vector3());
    const world = mesh.getWorldScale(new THREE.Vector3());
    const grow = (extent: number, scale: number): number => (extent * scale < 1e-5 ? 1 : 1 + (2 * width) / (extent * scale));
    const scale = new THREE.Vector3(grow(size.x, world.x), grow(size.y, world.y), grow(size.z, world.z));
    for (const [material, order] of [[mask, 1000], [rim, 1001]] as const) {
      const copy = new THREE.Mesh(mesh.geometry, material);
      copy.renderOrder = order;
      copy.raycast = () => {};
      if (material === rim) {
        copy.scale.copy(scale);
        copy.position.copy(centre).multiply(new THREE.Vector3(1, 1, 1).sub(scale));
      }
      mesh.add(copy);
      this.#parts.push(copy);
    }
  }

  #clear(): void {
    for (const part of this.#parts) part.removeFromParent();
    this.#parts = [];
  }
}

/** Lettering and glass have no silhouette of their own. */
function solid(mesh: THREE.Mesh): boolean {
  return mesh.material instanceof THREE.Material && (!mesh.material.transparent || mesh.material.alphaTest > 0);
}
