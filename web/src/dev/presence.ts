// Tells the server where the visitor stands, a few times a second and only when it changed: it decides who is near to what.
import * as THREE from "three";
import type { ToServer, Vector } from "./protocol.ts";

const INTERVAL_MS = 120;
const SMALLEST_STEP_METRES = 0.03;
const EYE_HEIGHT = 1.65;

export class Presence {
  readonly #camera: THREE.Camera;
  readonly #send: (message: ToServer) => void;
  readonly #last = new THREE.Vector3(Number.POSITIVE_INFINITY, 0, 0);
  readonly #ahead = new THREE.Vector3();
  #sentAt = 0;

  constructor(camera: THREE.Camera, send: (message: ToServer) => void) {
    this.#camera = camera;
    this.#send = send;
  }

  /** Forgets what was said, so that a new connection hears it. */
  reset(): void {
    this.#last.x = Number.POSITIVE_INFINITY;
  }

  step(): void {
    const now = performance.now();
    const { position } = this.#camera;
    if (now - this.#sentAt < INTERVAL_MS || position.distanceTo(this.#last) < SMALLEST_STEP_METRES) return;
    this.#sentAt = now;
    this.#last.copy(position);
    const direction = this.#camera.getWorldDirection(this.#ahead);
    const feet = new THREE.Vector3(position.x, Math.max(0, position.y - EYE_HEIGHT), position.z);
    this.#send({ type: "move", position: rounded(feet), direction: rounded(direction) });
  }
}

const rounded = (vector: THREE.Vector3): Vector => vector.toArray().map((part) => Math.round(part * 1000) / 1000) as Vector;
