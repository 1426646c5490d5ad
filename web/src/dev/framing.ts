// Where the visitor stands at first: what the object suggests, else a view that fits all of it; and the shadow's fit to the scene.
import * as THREE from "three";
import type { Environment } from "../runtime/environment.ts";
import type { SceneMirror } from "../runtime/mirror.ts";
import type { Navigation } from "./navigation.ts";

export class Framing {
  readonly #mirror: SceneMirror;
  readonly #navigation: Navigation;
  readonly #environment: Environment;
  #suggested = false;
  #framed: THREE.Sphere | null = null;

  constructor(mirror: SceneMirror, navigation: Navigation, environment: Environment) {
    this.#mirror = mirror;
    this.#navigation = navigation;
    this.#environment = environment;
  }

  suggest(position: THREE.Vector3, target: THREE.Vector3): void {
    this.#suggested = true;
    if (!this.#navigation.touched) this.#navigation.stand(position, target);
  }

  /** Called after each batch: frames a scene that has just appeared or outgrown its frame, unless the visitor moved. */
  update(): void {
    const bounds = this.#mirror.bounds();
    if (bounds === null) return;
    const sphere = bounds.getBoundingSphere(new THREE.Sphere());
    if (this.#framed !== null && Math.abs(sphere.radius - this.#framed.radius) < 0.35 * this.#framed.radius) return;
    this.#environment.fitShadow(sphere.center, Math.min(sphere.radius, 14));
    if (!this.#suggested && !this.#navigation.touched) this.#navigation.frame(sphere.center, sphere.radius, this.#framed !== null);
    this.#framed = sphere;
  }

  /** The visitor asked to see everything again. */
  home(): void {
    const sphere = this.#mirror.bounds()?.getBoundingSphere(new THREE.Sphere());
    if (sphere !== undefined) this.#navigation.frame(sphere.center, sphere.radius, true);
  }
}
