// The mirror of the server's scene: applies deltas to a three.js group and advances tweens. It draws nothing and knows no network.
import * as THREE from "three";
import { decodeDeltas, type Delta, type Property, type PropertyValue } from "../deltas.generated.ts";
import type { Assets, Report } from "./assets.ts";
import { Avatars } from "./avatars.ts";
import type { Context } from "./bodies/body.ts";
import { SceneNode } from "./node.ts";
import { PropertyBag } from "./properties.ts";
import { Tween } from "./tween.ts";

export interface Surroundings {
  /** A property of the scene itself was set; `bag` holds them all. */
  sceneChanged(property: Property, bag: PropertyBag): void;
  reset(): void;
}

export interface MirrorOptions {
  assets: Assets;
  report: Report;
  surroundings?: Surroundings;
  changed?: () => void;
  camera?: (position: THREE.Vector3, target: THREE.Vector3) => void;
  notify?: (text: string) => void;
}

export interface Counters {
  /** Deltas applied since the page was opened. */
  deltas: number;
  batches: number;
  bytes: number;
  /** Number of the last turn seen. */
  turn: number;
}

export class SceneMirror {
  readonly root = new THREE.Group();
  readonly nodes = new Map<number, SceneNode>();
  readonly counters: Counters = { deltas: 0, batches: 0, bytes: 0, turn: 0 };
  readonly #options: MirrorOptions;
  readonly #context: Context;
  readonly #avatars = new Avatars();
  readonly #moving = new Set<SceneNode>();
  readonly #stepping = new Set<SceneNode>();
  #scene = new PropertyBag("group");
  readonly #sceneTweens = new Map<Property, Tween>();

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#context = { assets: options.assets, report: options.report, changed: () => options.changed?.() };
    this.root.add(this.#avatars.root);
  }

  /** Applies one binary batch; throws where the bytes are none, with the deltas before it applied or not at all. */
  applyBytes(bytes: Uint8Array): void {
    this.apply(decodeDeltas(bytes));
    this.counters.bytes += bytes.length;
  }

  apply(deltas: readonly Delta[]): void {
    for (const delta of deltas) this.#applyOne(delta);
    this.counters.deltas += deltas.length;
    this.counters.batches += 1;
    this.#options.changed?.();
  }

  /** Advances tweens and media by `seconds`; says whether the picture changed. */
  step(seconds: number, listener: THREE.Vector3): boolean {
    let changed = this.#avatars.step(seconds);
    for (const node of this.#moving) {
      changed = true;
      for (const [property, tween] of node.tweens) {
        this.#advance(tween, seconds, node.tweens, (value) => node.set(property, value));
      }
      if (node.tweens.size === 0) this.#moving.delete(node);
    }
    for (const [property, tween] of this.#sceneTweens) {
      changed = true;
      this.#advance(tween, seconds, this.#sceneTweens, (value) => this.#setScene(property, value));
    }
    for (const node of this.#stepping) if (node.body?.step?.(listener) === true) changed = true;
    return changed;
  }

  /** The first node with this name, in order of creation. */
  named(name: string): SceneNode | undefined {
    for (const node of this.nodes.values()) if (node.name === name) return node;
    return undefined;
  }

  /** The extent of what is in the tree, without avatars; null while there is nothing to see. */
  bounds(): THREE.Box3 | null {
    const box = new THREE.Box3();
    for (const node of this.nodes.values()) {
      if (node.parent === null && node.object.parent !== null && !node.kind.endsWith("light")) box.expandByObject(node.object);
    }
    return box.isEmpty() ? null : box;
  }

  #applyOne(delta: Delta): void {
    switch (delta.op) {
      case "reset":
        return this.#reset();
      case "create":
        return this.#create(delta.node, delta.kind);
      case "remove":
        return this.#with(delta.node, (node) => this.#remove(node));
      case "attach":
        return this.#with(delta.node, (node) => node.attachTo(this.nodes.get(delta.parent) ?? null, this.root));
      case "detach":
        return this.#with(delta.node, (node) => node.detach());
      case "set":
        return this.#set(delta.node, delta.property, delta.value);
      case "animate":
        return this.#animate(delta);
      case "play":
        return this.#with(delta.node, (node) => node.body?.play?.(delta.elapsed));
      case "stop":
        return this.#with(delta.node, (node) => node.body?.stop?.());
      case "camera":
        return this.#options.camera?.(new THREE.Vector3(...delta.position), new THREE.Vector3(...delta.target));
      case "avatar":
        return this.#avatars.place(delta.visitor, delta.name, delta.position);
      case "avatar-left":
        return this.#avatars.remove(delta.visitor);
      case "notify":
        return this.#options.notify?.(delta.text);
      case "turn":
        this.counters.turn = delta.number;
    }
  }

  /** Runs `act` on a node; a number that names none is a message from the past, and ignored. */
  #with(id: number, act: (node: SceneNode) => void): void {
    const node = this.nodes.get(id);
    if (node !== undefined) act(node);
  }

  #create(id: number, kind: SceneNode["kind"]): void {
    const node = new SceneNode(id, kind, this.#context);
    this.nodes.set(id, node);
    if (node.body?.step !== undefined) this.#stepping.add(node);
  }

  #remove(node: SceneNode): void {
    for (const child of [...node.children]) this.#remove(child);
    node.detach();
    node.body?.dispose();
    this.nodes.delete(node.id);
    this.#moving.delete(node);
    this.#stepping.delete(node);
  }

  #set(id: number, property: Property, value: PropertyValue): void {
    if (id === 0) {
      this.#sceneTweens.delete(property);
      return this.#setScene(property, value);
    }
    this.#with(id, (node) => {
      node.tweens.delete(property);
      node.set(property, value);
    });
  }

  #setScene(property: Property, value: PropertyValue): void {
    this.#scene.set(property, value);
    this.#options.surroundings?.sceneChanged(property, this.#scene);
  }

  #animate(delta: Extract<Delta, { op: "animate" }>): void {
    const tween = new Tween(delta);
    if (delta.node === 0) {
      this.#sceneTweens.set(delta.property, tween);
      return;
    }
    this.#with(delta.node, (node) => {
      node.tweens.set(delta.property, tween);
      node.set(delta.property, tween.value());
      this.#moving.add(node);
    });
  }

  #advance(tween: Tween, seconds: number, running: Map<Property, Tween>, set: (value: PropertyValue) => void): void {
    tween.advance(seconds);
    set(tween.value());
    if (tween.done) running.delete(tween.property);
  }

  #reset(): void {
    for (const node of [...this.nodes.values()]) if (node.parent === null) this.#remove(node);
    for (const node of [...this.nodes.values()]) this.#remove(node);
    this.#sceneTweens.clear();
    this.#avatars.clear();
    this.#scene = new PropertyBag("group");
    this.#options.surroundings?.reset();
  }
}

