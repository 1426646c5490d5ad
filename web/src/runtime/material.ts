// Surfaces: one standard material per node, following its material properties.
import * as THREE from "three";
import type { Property } from "../deltas.generated.ts";
import type { Context } from "./bodies/body.ts";
import { reflectSky } from "./environment.ts";
import { type PropertyBag, toColor } from "./properties.ts";

const SURFACE: ReadonlySet<Property> = new Set<Property>([
  "color", "texture", "textureRepeat", "metalness", "roughness", "emissive", "emissiveIntensity", "opacity", "doubleSided", "wireframe",
]);

export class Surface {
  readonly material: THREE.MeshStandardMaterial;
  readonly #bag: PropertyBag;
  readonly #context: Context;

  constructor(bag: PropertyBag, context: Context) {
    this.#bag = bag;
    this.#context = context;
    this.material = new THREE.MeshStandardMaterial();
    reflectSky(this.material);
  }

  update(changed: Property | "all"): void {
    if (changed !== "all" && !SURFACE.has(changed)) return;
    const { material } = this;
    const bag = this.#bag;
    const color = bag.get("color");
    const opacity = bag.get("opacity") * color[3];
    toColor(color, material.color);
    material.metalness = bag.get("metalness");
    material.roughness = Math.max(0.04, bag.get("roughness"));
    toColor(bag.get("emissive"), material.emissive);
    material.emissiveIntensity = bag.get("emissiveIntensity");
    material.opacity = opacity;
    this.#structure(opacity < 1);
  }

  dispose(): void {
    this.material.dispose();
  }

  /** What changes the shader program: only touched where it differs. */
  #structure(transparent: boolean): void {
    const { material } = this;
    const path = this.#bag.get("texture");
    const map = path === "" ? null : this.#context.assets.texture(path, this.#bag.get("textureRepeat"));
    const side = this.#bag.get("doubleSided") ? THREE.DoubleSide : THREE.FrontSide;
    const wireframe = this.#bag.get("wireframe");
    if (material.transparent === transparent && material.map === map && material.side === side && material.wireframe === wireframe) return;
    Object.assign(material, { transparent, map, side, wireframe, depthWrite: !transparent });
    material.needsUpdate = true;
  }
}
