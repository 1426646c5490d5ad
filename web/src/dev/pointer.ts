// What the pointer is over, and what a click hits: raycasts into the mirror, tells the server, shows outline and name.
import * as THREE from "three";
import type { SceneMirror } from "../runtime/mirror.ts";
import { SceneNode } from "../runtime/node.ts";
import type { Navigation } from "./navigation.ts";
import { Outline } from "./outline.ts";
import type { ToServer, Vector } from "./protocol.ts";
import { byId } from "./ui/element.ts";
import type { Viewer } from "./viewer.ts";

export class Pointer {
  readonly #viewer: Viewer;
  readonly #mirror: SceneMirror;
  readonly #navigation: Navigation;
  readonly #send: (message: ToServer) => void;
  readonly #ray = new THREE.Raycaster();
  readonly #outline = new Outline();
  readonly #tooltip = byId("tooltip");
  #at: { x: number; y: number } | null = null;
  #stale = false;
  #highlighted: SceneNode | null = null;
  #hovered: SceneNode | null = null;

  constructor(viewer: Viewer, mirror: SceneMirror, navigation: Navigation, send: (message: ToServer) => void) {
    this.#viewer = viewer;
    this.#mirror = mirror;
    this.#navigation = navigation;
    this.#send = send;
    const canvas = viewer.renderer.domElement;
    canvas.addEventListener("pointermove", (event) => {
      this.#at = event.pointerType === "touch" ? null : { x: event.clientX, y: event.clientY };
      this.#stale = true;
    });
    canvas.addEventListener("pointerleave", () => {
      this.#at = null;
      this.#stale = true;
    });
    navigation.onClick = (x, y) => this.#click(x, y);
  }

  /** The scene or the camera changed: what lies under a resting pointer may be another thing. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Looks again if anything moved; says whether the picture changed. */
  step(): boolean {
    if (!this.#stale || this.#navigation.dragging) return false;
    this.#stale = false;
    const node = this.#at === null ? null : (this.#hit(this.#at.x, this.#at.y)?.node ?? null);
    this.#hover(node?.nearest("hoverable") ?? null);
    return this.#highlight(node?.nearest("clickable") ?? node?.nearest("hoverable") ?? null);
  }

  #click(x: number, y: number): void {
    const hit = this.#hit(x, y);
    if (hit === null) return;
    this.#send({ type: "click", node: hit.node.id, point: hit.point.toArray() as Vector });
  }

  #hit(x: number, y: number): { node: SceneNode; point: THREE.Vector3 } | null {
    const canvas = this.#viewer.renderer.domElement;
    const box = canvas.getBoundingClientRect();
    const point = new THREE.Vector2(((x - box.left) / box.width) * 2 - 1, 1 - ((y - box.top) / box.height) * 2);
    this.#ray.setFromCamera(point, this.#viewer.camera);
    for (const { object, point: where } of this.#ray.intersectObject(this.#mirror.root, true)) {
      const node = visible(object) ? SceneNode.of(object) : null;
      if (node !== null) return { node, point: where };
    }
    return null;
  }

  #hover(node: SceneNode | null): void {
    if (node === this.#hovered) return;
    if (this.#hovered !== null) this.#send({ type: "hover", node: this.#hovered.id, over: false });
    if (node !== null) this.#send({ type: "hover", node: node.id, over: true });
    this.#hovered = node;
  }

  #highlight(node: SceneNode | null): boolean {
    this.#label(node);
    this.#outline.refresh();
    if (node === this.#highlighted) return false;
    this.#highlighted = node;
    this.#viewer.renderer.domElement.dataset["hover"] = String(node !== null);
    this.#outline.show(node?.object ?? null, this.#viewer.camera);
    return true;
  }

  #label(node: SceneNode | null): void {
    const name = node?.name ?? "";
    this.#tooltip.dataset["shown"] = String(name !== "" && this.#at !== null);
    if (name === "" || this.#at === null) return;
    this.#tooltip.textContent = name;
    this.#tooltip.style.translate = `${this.#at.x + 14}px ${this.#at.y + 16}px`;
  }
}

/** three.js hits what an invisible ancestor hides; visitors do not. */
function visible(object: THREE.Object3D): boolean {
  for (let at: THREE.Object3D | null = object; at !== null; at = at.parent) if (!at.visible) return false;
  return true;
}
