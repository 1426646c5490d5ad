// Lines and points. A line has width in metres, so it is a thin tube; points are small balls drawn as one instanced mesh.
import * as THREE from "three";
import type { Property } from "../../deltas.generated.ts";
import { Surface } from "../material.ts";
import type { PropertyBag } from "../properties.ts";
import type { Body, MakeBody } from "./body.ts";

const SHAPE: ReadonlySet<Property | "all"> = new Set(["all", "points", "thickness"] as const);

function vectors(bag: PropertyBag): THREE.Vector3[] {
  const flat = bag.get("points");
  return Array.from({ length: Math.floor(flat.length / 3) }, (_, i) => new THREE.Vector3().fromArray(flat, 3 * i));
}

/** A polyline that keeps its corners, as a curve for the tube. */
class Polyline extends THREE.Curve<THREE.Vector3> {
  readonly #points: THREE.Vector3[];

  constructor(points: THREE.Vector3[]) {
    super();
    this.#points = points;
  }

  override getPoint(t: number, into = new THREE.Vector3()): THREE.Vector3 {
    const at = t * (this.#points.length - 1);
    const i = Math.min(Math.floor(at), this.#points.length - 2);
    return into.lerpVectors(this.#points[i]!, this.#points[i + 1]!, at - i);
  }
}

export const makeLine: MakeBody = (bag, context): Body => {
  const surface = new Surface(bag, context);
  const object = new THREE.Mesh(new THREE.BufferGeometry(), surface.material);
  object.castShadow = true;
  return {
    object,
    update(changed) {
      surface.update(changed);
      if (!SHAPE.has(changed)) return;
      const points = vectors(bag);
      object.geometry.dispose();
      object.visible = points.length >= 2;
      const segments = Math.min(4 * (points.length - 1), 2000);
      if (object.visible) object.geometry = new THREE.TubeGeometry(new Polyline(points), segments, bag.get("thickness") / 2, 6);
    },
    dispose() {
      surface.dispose();
      object.geometry.dispose();
    },
  };
};

export const makePoints: MakeBody = (bag, context): Body => {
  const surface = new Surface(bag, context);
  const object = new THREE.Group();
  const ball = new THREE.IcosahedronGeometry(0.5, 1);
  let mesh: THREE.InstancedMesh | null = null;
  const clear = (): void => {
    mesh?.removeFromParent();
    mesh?.dispose();
    mesh = null;
  };
  return {
    object,
    update(changed) {
      surface.update(changed);
      if (!SHAPE.has(changed)) return;
      clear();
      const points = vectors(bag);
      const width = bag.get("thickness");
      const instances = new THREE.InstancedMesh(ball, surface.material, points.length);
      const matrix = new THREE.Matrix4();
      points.forEach((point, i) => instances.setMatrixAt(i, matrix.makeScale(width, width, width).setPosition(point)));
      mesh = instances;
      object.add(instances);
    },
    dispose() {
      clear();
      ball.dispose();
      surface.dispose();
    },
  };
};
