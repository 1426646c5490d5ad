// The properties of a node, as deltas have set them.
import * as THREE from "three";
import type { Color, NodeKind, Property, PropertyValue, PropertyValues } from "../deltas.generated.ts";
import { defaultOf } from "./defaults.ts";

export type Properties = Partial<PropertyValues>;

/** A node's properties with the defaults of its kind. */
export class PropertyBag {
  readonly #kind: NodeKind;
  readonly #set: Properties = {};

  constructor(kind: NodeKind) {
    this.#kind = kind;
  }

  get<P extends Property>(property: P): PropertyValues[P] {
    const value = this.#set[property] as PropertyValues[P] | undefined;
    if (value !== undefined) return value;
    if (property === "radiusTop") return this.get("radius") as PropertyValues[P];
    return defaultOf(this.#kind, property);
  }

  has(property: Property): boolean {
    return property in this.#set;
  }

  set(property: Property, value: PropertyValue): void {
    (this.#set as Record<Property, PropertyValue>)[property] = value;
  }
}

/** A protocol colour (sRGB) as three.js's (linear). */
export function toColor([r, g, b]: Color, into = new THREE.Color()): THREE.Color {
  return into.setRGB(r, g, b, THREE.SRGBColorSpace);
}
