// `<mark-object src="lamp.wasm">`: an object in any page, with a small stage of its own: renderer, camera, light, pointer. Attributes: `src`,
// `worker` (present: runs in a worker). The event `mark-fault` tells of a failure, `mark-ready` that it runs; the property `host` may be set
// before it is put into the page.
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { Environment } from "../runtime/environment.ts";
import { Assets } from "../runtime/assets.ts";
import { bindSurroundings } from "../runtime/surroundings.ts";
import { load, type LoadedObject } from "./load.ts";
import type { ObjectHost } from "./world.ts";

/** Pixels that a pointer may move in a click. */
const STILL = 5;

export class MarkObjectElement extends HTMLElement {
  /** What the page offers the object. */
  host: Partial<ObjectHost> = {};
  #stage: Stage | null = null;

  static observedAttributes = ["src"];

  connectedCallback(): void {
    if (this.style.display === "") this.style.display = "block";
    this.#restart();
  }

  disconnectedCallback(): void {
    this.#stage?.end();
    this.#stage = null;
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#restart();
  }

  /** The object that runs; null until it does. */
  get object(): LoadedObject | null {
    return this.#stage?.object ?? null;
  }

  #restart(): void {
    this.#stage?.end();
    this.#stage = null;
    const source = this.getAttribute("src");
    if (source === null) return;
    const stage = new Stage(this);
    this.#stage = stage;
    const worker = this.hasAttribute("worker") ? new URL("mark-worker.js", import.meta.url) : undefined;
    stage.show(source, this.host, worker).then(
      () => this.dispatchEvent(new Event("mark-ready")),
      (error: unknown) => this.#fail(stage, error),
    );
  }

  /** Says what is wrong in the place of the object. */
  #fail(stage: Stage, error: unknown): void {
    if (this.#stage !== stage) return;
    stage.end();
    const message = document.createElement("p");
    message.setAttribute("role", "alert");
    message.textContent = error instanceof Error ? error.message : String(error);
    this.replaceChildren(message);
    this.dispatchEvent(new CustomEvent("mark-fault", { detail: message.textContent }));
  }
}

/** Renderer, camera and light of one element. */
class Stage {
  object: LoadedObject | null = null;
  readonly #renderer = new THREE.WebGLRenderer({ antialias: true });
  readonly #scene = new THREE.Scene();
  readonly #camera = new THREE.PerspectiveCamera(45, 1, 0.05, 400);
  readonly #controls: OrbitControls;
  readonly #environment: Environment;
  readonly #observer: ResizeObserver;
  #last = performance.now();
  #dirty = true;
  #ended = false;
  #looked = false;

  constructor(element: HTMLElement) {
    const canvas = this.#renderer.domElement;
    canvas.style.cssText = "display: block; width: 100%; height: 100%; touch-action: none";
    element.replaceChildren(canvas);
    this.#environment = new Environment(this.#scene, 1024);
    this.#camera.position.set(0, 1.6, 4);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.target.set(0, 1, 0);
    this.#controls.addEventListener("change", () => (this.#dirty = true));
    this.#renderer.toneMapping = THREE.NeutralToneMapping;
    this.#observer = new ResizeObserver(() => this.#resize(element));
    this.#observer.observe(element);
    this.#resize(element);
    this.#listen(canvas);
  }

  async show(source: string, host: Partial<ObjectHost>, worker: URL | undefined): Promise<void> {
    const base = new URL(".", new URL(source, document.baseURI)).href;
    const changed = (): void => void (this.#dirty = true);
    const assets = new Assets(base, () => {}, changed);
    const object = await load(source, {
      container: this.#scene,
      host,
      changed,
      surroundings: bindSurroundings(this.#environment, assets, changed),
      camera: (position, target) => this.#look(position, target),
      ...(worker === undefined ? {} : { worker }),
    });
    if (this.#ended) return object.remove();
    this.object = object;
    if (!this.#looked) this.#frameObject(object);
    requestAnimationFrame(this.#frame);
  }

  end(): void {
    this.#ended = true;
    this.object?.remove();
    this.#observer.disconnect();
    this.#controls.dispose();
    this.#renderer.dispose();
    this.#renderer.domElement.remove();
  }

  #frame = (now: number): void => {
    if (this.#ended || this.object === null) return;
    requestAnimationFrame(this.#frame);
    const seconds = (now - this.#last) / 1000;
    this.#last = now;
    this.#controls.update();
    if (this.object.step(seconds, this.#camera.position)) this.#dirty = true;
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#renderer.render(this.#scene, this.#camera);
  };

  #look(position: THREE.Vector3, target: THREE.Vector3): void {
    this.#looked = true;
    this.#camera.position.copy(position);
    this.#controls.target.copy(target);
  }

  /** Stands so far away that all of it is seen. */
  #frameObject(object: LoadedObject): void {
    const sphere = object.mirror.bounds()?.getBoundingSphere(new THREE.Sphere());
    if (sphere === undefined) return;
    const away = Math.max(sphere.radius * 2.6, 1);
    this.#look(sphere.center.clone().add(new THREE.Vector3(0.4, 0.35, 1).normalize().multiplyScalar(away)), sphere.center);
  }

  #listen(canvas: HTMLCanvasElement): void {
    let pressed: { x: number; y: number } | null = null;
    canvas.addEventListener("pointerdown", ({ clientX: x, clientY: y }) => (pressed = { x, y }));
    canvas.addEventListener("pointerup", (event) => {
      const still = pressed !== null && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL;
      pressed = null;
      if (still) this.object?.click(this.#place(event), this.#camera);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      canvas.style.cursor = this.object?.hover(this.#place(event), this.#camera) === true ? "pointer" : "";
    });
    canvas.addEventListener("pointerleave", () => this.object?.hover(null, this.#camera));
  }

  #place(event: PointerEvent): THREE.Vector2 {
    const box = this.#renderer.domElement.getBoundingClientRect();
    return new THREE.Vector2(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2);
  }

  #resize(element: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = element;
    if (width === 0 || height === 0) return;
    this.#renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.#dirty = true;
  }
}

/** Makes `<mark-object>` known; once. */
export function defineElement(name = "mark-object"): void {
  if (customElements.get(name) === undefined) customElements.define(name, MarkObjectElement);
}
