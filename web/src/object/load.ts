// Objects in any three.js scene: `load(url, { container })` fetches a compiled object, runs it here, and shows it in the container.
import * as THREE from "three";
import { Assets, type Report } from "../runtime/assets.ts";
import { SceneMirror } from "../runtime/mirror.ts";
import { SceneNode } from "../runtime/node.ts";
import type { Surroundings } from "../runtime/mirror.ts";
import { type Engine, inPage, inWorker } from "./engine.ts";
import { compile } from "./program.ts";
import type { ObjectEvent } from "./runner.ts";
import { defaultHost, type ObjectHost } from "./world.ts";

export interface LoadOptions {
  /** Where the object stands: any three.js object of the page's scene. */
  container: THREE.Object3D;
  /** What the page offers: money, names, storage, a console. What is left out has quiet defaults. */
  host?: Partial<ObjectHost>;
  /** Runs the object in a worker of its own, which can be ended whatever it does: the address of `mark-worker.js`. */
  worker?: string | URL;
  /** How long a turn may take before a worker's object is ended; seconds. */
  patience?: number;
  /** Sky, ground and light of a space; without it a space's surroundings are not shown. */
  surroundings?: Surroundings;
  /** A good view of the object, where it suggests one. */
  camera?: (position: THREE.Vector3, target: THREE.Vector3) => void;
  /** The picture has changed. */
  changed?: () => void;
  /** The object ended by a trap or was too slow; it starts again by itself. */
  fault?: (text: string) => void;
}

/** An object that runs. Call `step` before each frame. */
export class LoadedObject {
  readonly mirror: SceneMirror;
  readonly #engine: Engine;
  readonly #ray = new THREE.Raycaster();
  #hovered: SceneNode | null = null;

  constructor(mirror: SceneMirror, engine: Engine) {
    this.mirror = mirror;
    this.#engine = engine;
  }

  /** Advances the object and what moves by so many seconds; says whether the picture changed. `viewer` is where the visitor is. */
  step(seconds: number, viewer?: THREE.Vector3): boolean {
    this.#engine.step(seconds);
    return this.mirror.step(seconds, viewer ?? new THREE.Vector3());
  }

  /** The visitor did something. */
  handle(event: ObjectEvent): void {
    this.#engine.handle(event);
  }

  /** A click where a ray from the camera hits; says whether it hit the object. `point`: -1 to 1 across and up, as three.js has it. */
  click(point: THREE.Vector2, camera: THREE.Camera): boolean {
    const node = this.#hit(point, camera);
    if (node !== null) this.handle({ type: "click", node: node.id });
    return node !== null;
  }

  /** The pointer is there; null is nowhere. Says whether a click would do something. */
  hover(point: THREE.Vector2 | null, camera: THREE.Camera): boolean {
    const node = point === null ? null : this.#hit(point, camera);
    const wanted = node?.nearest("hoverable") ?? null;
    if (wanted !== this.#hovered) {
      if (this.#hovered !== null) this.handle({ type: "hover-end", node: this.#hovered.id });
      if (wanted !== null) this.handle({ type: "hover-start", node: wanted.id });
      this.#hovered = wanted;
    }
    return node?.nearest("clickable") != null;
  }

  /** Ends the object and takes it out of the scene. */
  remove(): void {
    this.#engine.stop();
    this.mirror.apply([{ op: "reset" }]);
    this.mirror.root.removeFromParent();
  }

  #hit(point: THREE.Vector2, camera: THREE.Camera): SceneNode | null {
    this.#ray.setFromCamera(point, camera);
    for (const { object } of this.#ray.intersectObject(this.mirror.root, true)) {
      const node = isVisible(object) ? SceneNode.of(object) : null;
      if (node !== null) return node;
    }
    return null;
  }
}

/** three.js hits what an invisible ancestor hides; visitors do not. */
function isVisible(object: THREE.Object3D): boolean {
  for (let at: THREE.Object3D | null = object; at !== null; at = at.parent) if (!at.visible) return false;
  return true;
}

/** Loads a compiled object. Rejects with `UnsupportedBrowser` where the browser lacks a feature, or with what is wrong with the file. */
export async function load(url: string | URL, options: LoadOptions): Promise<LoadedObject> {
  const address = new URL(url, document.baseURI);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.href} cannot be loaded: ${response.status} ${response.statusText}`);
  return show(response, new URL(".", address).href, options);
}

/** As `load`, of a file that is here; assets are relative to `base`. */
export async function show(file: ArrayBuffer | Response, base: string, options: LoadOptions): Promise<LoadedObject> {
  const host = { ...defaultHost(), ...options.host };
  const report: Report = (level, text) => host.log(level === "error" ? "error" : "log", text);
  const changed = (): void => options.changed?.();
  const mirror = new SceneMirror({
    assets: new Assets(base, report, changed),
    report,
    changed,
    notify: (text) => host.notify(text),
    ...(options.surroundings === undefined ? {} : { surroundings: options.surroundings }),
    ...(options.camera === undefined ? {} : { camera: options.camera }),
  });
  const watch = {
    deltas: (deltas: Parameters<SceneMirror["apply"]>[0]) => mirror.apply(deltas),
    fault: (text: string, restartIn: number) => {
      host.log("error", `${text}\nThe object starts again in ${restartIn} s.`);
      options.fault?.(text);
    },
  };
  const engine = options.worker === undefined
    ? inPage(await compile(file), host, watch)
    : await inWorker(file instanceof Response ? await file.arrayBuffer() : file, host, watch, options.worker, options.patience ?? 5);
  options.container.add(mirror.root);
  return new LoadedObject(mirror, engine);
}
