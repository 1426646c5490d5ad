// How the visitor moves: orbiting round a point, or walking at eye height. One state (eye, target) serves both, so that switching
// never jumps. Drag turns, wheel and pinch zoom, W A S D and the arrows walk, Q and E or Page keys go down and up while orbiting.
import * as THREE from "three";

export type Mode = "orbit" | "walk";

const EYE_HEIGHT = 1.65;
const WALK_SPEED = 2.6;
const RUN_FACTOR = 2.2;
const TURN_PER_PIXEL = 0.0052;
const DRAG_THRESHOLD_PX = 4;
const KEYS: Record<string, [number, number, number]> = {
  KeyW: [0, 0, -1], ArrowUp: [0, 0, -1], KeyS: [0, 0, 1], ArrowDown: [0, 0, 1], KeyA: [-1, 0, 0], ArrowLeft: [-1, 0, 0],
  KeyD: [1, 0, 0], ArrowRight: [1, 0, 0], KeyQ: [0, -1, 0], PageDown: [0, -1, 0], KeyE: [0, 1, 0], PageUp: [0, 1, 0],
};

interface Glide {
  from: THREE.Vector3;
  to: THREE.Vector3;
  start: THREE.Spherical;
  end: THREE.Spherical;
  /** Progress, 0 to 1. */
  t: number;
}

export class Navigation {
  mode: Mode = "orbit";
  readonly target = new THREE.Vector3(0, 1, 0);
  readonly #camera: THREE.PerspectiveCamera;
  readonly #canvas: HTMLCanvasElement;
  readonly #spherical = new THREE.Spherical(5, 1.25, 0.5);
  readonly #keys = new Set<string>();
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #pressed: { x: number; y: number; moved: boolean } | null = null;
  #glide: Glide | null = null;
  #changed = true;
  /** Whether the visitor has moved by hand: then nothing frames the scene over their head. */
  touched = false;
  onClick: (x: number, y: number) => void = () => {};

  constructor(camera: THREE.PerspectiveCamera, canvas: HTMLCanvasElement) {
    this.#camera = camera;
    this.#canvas = canvas;
    canvas.addEventListener("pointerdown", this.#down);
    canvas.addEventListener("pointermove", this.#move);
    canvas.addEventListener("pointerup", this.#up);
    canvas.addEventListener("pointercancel", this.#up);
    canvas.addEventListener("wheel", this.#wheel, { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    window.addEventListener("keydown", this.#key);
    window.addEventListener("keyup", (event) => this.#keys.delete(event.code));
    window.addEventListener("blur", () => this.#keys.clear());
    this.#place();
  }

  get dragging(): boolean {
    return this.#pressed?.moved ?? false;
  }

  /** Looks at a sphere so that it fills the view well, from the front and a little above; glides there if `soft`. */
  frame(centre: THREE.Vector3, radius: number, soft: boolean): void {
    const half = Math.min((this.#camera.fov * Math.PI) / 360, Math.atan(Math.tan((this.#camera.fov * Math.PI) / 360) * this.#camera.aspect));
    const end = new THREE.Spherical(Math.min(60, Math.max(1.6, (radius / Math.sin(half)) * 0.92)), 1.38, 0.42);
    if (soft) this.#glide = { from: this.target.clone(), to: centre.clone(), start: this.#spherical.clone(), end, t: 0 };
    else {
      this.target.copy(centre);
      this.#spherical.copy(end);
    }
    this.#changed = true;
  }

  /** Stands at a point and looks at another: how a visitor enters a space. */
  stand(eye: THREE.Vector3, lookAt: THREE.Vector3): void {
    this.target.copy(lookAt);
    this.#spherical.setFromVector3(eye.clone().sub(lookAt));
    this.#changed = true;
  }

  setMode(mode: Mode): void {
    if (this.mode === mode) return;
    this.mode = mode;
    this.#glide = null;
    if (mode === "walk") {
      const eye = this.#camera.position.clone();
      const ahead = this.#camera.getWorldDirection(new THREE.Vector3());
      eye.y = EYE_HEIGHT;
      this.target.copy(eye).addScaledVector(ahead, 3);
      this.#spherical.setFromVector3(eye.sub(this.target));
    }
    this.#changed = true;
  }

  /** Advances by `seconds`; true if the camera moved. */
  step(seconds: number): boolean {
    if (this.#glide !== null) this.#glideOn(this.#glide, seconds);
    this.#walk(seconds);
    const changed = this.#changed;
    this.#changed = false;
    if (changed) this.#place();
    return changed;
  }

  #glideOn(glide: Glide, seconds: number): void {
    glide.t = Math.min(1, glide.t + seconds / 0.7);
    const k = 1 - (1 - glide.t) ** 3;
    this.target.lerpVectors(glide.from, glide.to, k);
    for (const part of ["radius", "phi", "theta"] as const) this.#spherical[part] = THREE.MathUtils.lerp(glide.start[part], glide.end[part], k);
    if (glide.t === 1) this.#glide = null;
    this.#changed = true;
  }

  #walk(seconds: number): void {
    if (this.#keys.size === 0) return;
    const wish = new THREE.Vector3();
    for (const code of this.#keys) wish.add(new THREE.Vector3(...(KEYS[code] ?? [0, 0, 0])));
    if (this.mode === "walk") wish.y = 0;
    if (wish.lengthSq() === 0) return;
    const running = this.#keys.has("ShiftLeft") || this.#keys.has("ShiftRight");
    wish.normalize().multiplyScalar(WALK_SPEED * (running ? RUN_FACTOR : 1) * seconds);
    this.target.add(wish.applyAxisAngle(THREE.Object3D.DEFAULT_UP, this.#spherical.theta));
    this.#touch();
  }

  #touch(): void {
    this.touched = true;
    this.#glide = null;
    this.#changed = true;
  }

  #place(): void {
    this.#spherical.phi = THREE.MathUtils.clamp(this.#spherical.phi, 0.08, this.mode === "walk" ? Math.PI - 0.08 : 1.62);
    this.#camera.position.setFromSpherical(this.#spherical).add(this.target);
    if (this.mode === "orbit" && this.#camera.position.y < 0.12) this.#camera.position.y = 0.12;
    this.#camera.lookAt(this.target);
    this.#camera.updateMatrixWorld();
  }

  #turn(dx: number, dy: number): void {
    if (this.mode === "orbit") {
      this.#spherical.theta -= dx * TURN_PER_PIXEL;
      this.#spherical.phi -= dy * TURN_PER_PIXEL;
    } else {
      // Walking turns the head: the eye stays, the target moves round it.
      const eye = this.#camera.position.clone();
      this.#spherical.theta -= dx * TURN_PER_PIXEL * 0.7;
      this.#spherical.phi = THREE.MathUtils.clamp(this.#spherical.phi - dy * TURN_PER_PIXEL * 0.7, 0.3, Math.PI - 0.3);
      this.target.copy(eye).sub(new THREE.Vector3().setFromSpherical(this.#spherical));
    }
    this.#touch();
  }

  #zoom(factor: number): void {
    if (this.mode === "walk") {
      this.target.addScaledVector(this.#camera.getWorldDirection(new THREE.Vector3()).setY(0).normalize(), (1 - factor) * 4);
    } else this.#spherical.radius = THREE.MathUtils.clamp(this.#spherical.radius * factor, 0.6, 80);
    this.#touch();
  }

  #down = (event: PointerEvent): void => {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#pressed = this.#pointers.size === 1 ? { x: event.clientX, y: event.clientY, moved: false } : null;
  };

  #move = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const spread = this.#spread();
    const dx = event.clientX - before.x;
    const dy = event.clientY - before.y;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 2) {
      const wider = this.#spread();
      if (spread > 0 && wider > 0) this.#zoom(spread / wider);
      return;
    }
    const pressed = this.#pressed;
    if (pressed === null) return;
    if (!pressed.moved && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < DRAG_THRESHOLD_PX) return;
    pressed.moved = true;
    this.#turn(dx, dy);
  };

  #up = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
    const pressed = this.#pressed;
    this.#pressed = null;
    if (event.type === "pointerup" && pressed !== null && !pressed.moved && event.button === 0) this.onClick(event.clientX, event.clientY);
  };

  #spread(): number {
    const [a, b] = [...this.#pointers.values()];
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
  }

  #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    this.#zoom(Math.exp(THREE.MathUtils.clamp(event.deltaY, -120, 120) * 0.0016));
  };

  #key = (event: KeyboardEvent): void => {
    const modal = document.querySelector("dialog:modal") !== null;
    if (modal || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    if (event.code in KEYS || event.code.startsWith("Shift")) this.#keys.add(event.code);
    if (event.code.startsWith("Arrow")) event.preventDefault();
  };
}
