// One node of the mirrored tree: its place, its properties, its running tweens and its body.
import * as THREE from "three";
import type { NodeKind, Property, PropertyValue } from "../deltas.generated.ts";
import { BODIES } from "./bodies/index.ts";
import type { Body, Context } from "./bodies/body.ts";
import { PropertyBag } from "./properties.ts";
import type { Tween } from "./tween.ts";

export class SceneNode {
  readonly id: number;
  readonly kind: NodeKind;
  /** Carries the transform; the body and the child nodes hang below it. */
  readonly object = new THREE.Group();
  readonly body: Body | null;
  readonly bag: PropertyBag;
  readonly tweens = new Map<Property, Tween>();
  readonly children = new Set<SceneNode>();
  parent: SceneNode | null = null;

  constructor(id: number, kind: NodeKind, context: Context) {
    this.id = id;
    this.kind = kind;
    this.bag = new PropertyBag(kind);
    this.body = BODIES[kind]?.(this.bag, context, kind) ?? null;
    this.object.userData["node"] = this;
    if (this.body === null) return;
    this.body.update("all");
    this.object.add(this.body.object);
  }

  get name(): string {
    return this.bag.get("name");
  }

  set(property: Property, value: PropertyValue): void {
    this.bag.set(property, value);
    switch (property) {
      case "position":
        this.object.position.fromArray(this.bag.get("position"));
        break;
      case "rotation":
        this.object.quaternion.fromArray(this.bag.get("rotation"));
        break;
      case "scale":
        this.object.scale.fromArray(this.bag.get("scale"));
        break;
      case "visible":
        this.object.visible = this.bag.get("visible");
        break;
      default:
        this.body?.update(property);
    }
  }

  attachTo(parent: SceneNode | null, root: THREE.Object3D): void {
    this.detach();
    this.parent = parent;
    parent?.children.add(this);
    (parent?.object ?? root).add(this.object);
  }

  detach(): void {
    this.parent?.children.delete(this);
    this.parent = null;
    this.object.removeFromParent();
  }

  /** The node that a three.js object belongs to. */
  static of(object: THREE.Object3D | null): SceneNode | null {
    for (let at = object; at !== null; at = at.parent) {
      const node: unknown = at.userData["node"];
      if (node instanceof SceneNode) return node;
    }
    return null;
  }

  /** This node or the nearest above it for which a flag is set. */
  nearest(flag: "clickable" | "hoverable"): SceneNode | null {
    let at: SceneNode | null = this;
    while (at !== null && !at.bag.get(flag)) at = at.parent;
    return at;
  }
}
