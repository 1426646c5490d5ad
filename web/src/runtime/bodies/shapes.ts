// The solid primitives. Geometry is shared between nodes of the same proportions and stretched to size, so that animating a size
// costs a matrix, not a mesh.
import * as THREE from "three";
import type { NodeKind } from "../../deltas.generated.ts";
import { Surface } from "../material.ts";
import type { PropertyBag } from "../properties.ts";
import type { Body, MakeBody } from "./body.ts";

interface Form {
  geometry: THREE.BufferGeometry;
  stretch: [number, number, number];
}

const FORMS: Partial<Record<NodeKind, (bag: PropertyBag) => Form>> = {
  box: (bag) => ({ geometry: shared("box", () => new THREE.BoxGeometry()), stretch: bag.get("size") }),
  plane: (bag) => ({ geometry: shared("plane", () => new THREE.PlaneGeometry()), stretch: [bag.get("size")[0], bag.get("size")[1], 1] }),
  sphere: (bag) => ({ geometry: shared("sphere", () => new THREE.SphereGeometry(1, 40, 24)), stretch: cube(bag.get("radius")) }),
  cylinder: (bag) => {
    const [low, high] = [bag.get("radius"), bag.get("radiusTop")];
    const wide = Math.max(low, high, 1e-6);
    const [a, b] = [round(low / wide), round(high / wide)];
    const geometry = shared(`cylinder ${a} ${b}`, () => new THREE.CylinderGeometry(b, a, 1, 40));
    return { geometry, stretch: [wide, bag.get("height"), wide] };
  },
  cone: (bag) => {
    const geometry = shared("cone", () => new THREE.ConeGeometry(1, 1, 40));
    return { geometry, stretch: [bag.get("radius"), bag.get("height"), bag.get("radius")] };
  },
  torus: (bag) => {
    const tube = round(bag.get("thickness") / 2 / Math.max(bag.get("radius"), 1e-6));
    return { geometry: shared(`torus ${tube}`, () => new THREE.TorusGeometry(1, tube, 14, 64)), stretch: cube(bag.get("radius")) };
  },
};

const cube = (side: number): [number, number, number] => [side, side, side];
const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;

const cache = new Map<string, THREE.BufferGeometry>();

function shared(key: string, make: () => THREE.BufferGeometry): THREE.BufferGeometry {
  let geometry = cache.get(key);
  if (geometry === undefined) cache.set(key, (geometry = make()));
  return geometry;
}

export const makeShape: MakeBody = (bag, context, kind): Body => {
  const form = FORMS[kind];
  if (form === undefined) throw new Error(`${kind} is not a shape`);
  const surface = new Surface(bag, context);
  const object = new THREE.Mesh(shared("box", () => new THREE.BoxGeometry()), surface.material);
  object.castShadow = object.receiveShadow = true;
  return {
    object,
    update(changed) {
      surface.update(changed);
      object.castShadow = bag.get("opacity") > 0.5;
      if (changed !== "all" && !["size", "radius", "radiusTop", "height", "thickness"].includes(changed)) return;
      const { geometry, stretch } = form(bag);
      object.geometry = geometry;
      object.scale.set(...stretch);
    },
    dispose: () => surface.dispose(),
  };
};
