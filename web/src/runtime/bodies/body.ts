// What a node looks or sounds like. A body follows the properties of its node; the node's place in the tree is not its concern.
import type * as THREE from "three";
import type { NodeKind, Property } from "../../deltas.generated.ts";
import type { Assets, Report } from "../assets.ts";
import type { PropertyBag } from "../properties.ts";

export interface Body {
  readonly object: THREE.Object3D;
  /** A property has changed (or all of them, for a new body). Ignores what does not concern it. */
  update(changed: Property | "all"): void;
  dispose(): void;
  play?(elapsed: number): void;
  stop?(): void;
  /** Runs before each frame; says whether the picture changed. */
  step?(listener: THREE.Vector3): boolean;
}

/** What bodies need from their surroundings. */
export interface Context {
  readonly assets: Assets;
  readonly report: Report;
  /** Something arrived late (a picture, a model): the scene must be drawn again. */
  readonly changed: () => void;
}

export type MakeBody = (bag: PropertyBag, context: Context, kind: NodeKind) => Body;
