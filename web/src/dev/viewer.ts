// The renderer, its canvas and the frame loop. A frame is drawn only when something asked for it: an idle scene costs nothing.
import * as THREE from "three";

export class Viewer {
  readonly renderer: THREE.WebGLRenderer;
  readonly scene = new THREE.Scene();
  readonly camera = new THREE.PerspectiveCamera(45, 1, 0.05, 400);
  /** True where there is no graphics hardware: the page then spends less on each pixel. */
  readonly software: boolean;
  /** Frames drawn since the page was opened. */
  frames = 0;
  #steps: ((seconds: number) => boolean)[] = [];
  #drawn: (() => void)[] = [];
  #dirty = true;
  #last = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.software = rendersInSoftware();
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: !this.software, stencil: true, powerPreference: "high-performance" });
    this.renderer.setPixelRatio(this.software ? 1 : Math.min(window.devicePixelRatio, 2));
    this.renderer.toneMapping = THREE.NeutralToneMapping;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = THREE.PCFShadowMap;
    this.renderer.shadowMap.autoUpdate = false;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
    requestAnimationFrame(this.#frame);
  }

  /** Runs before each frame with the seconds since the last; says whether it changed what is seen. */
  onStep(step: (seconds: number) => boolean): void {
    this.#steps.push(step);
  }

  onDrawn(drawn: () => void): void {
    this.#drawn.push(drawn);
  }

  /** Asks for a frame; `shadows` where something that casts one has moved. */
  invalidate(shadows = true): void {
    this.#dirty = true;
    if (shadows) this.renderer.shadowMap.needsUpdate = true;
  }

  /** Draws now. What the canvas holds can be read until control returns to the browser. */
  draw(): void {
    this.#dirty = false;
    this.renderer.render(this.scene, this.camera);
    this.frames += 1;
    for (const drawn of this.#drawn) drawn();
  }

  #frame = (now: number): void => {
    requestAnimationFrame(this.#frame);
    const seconds = Math.min((now - this.#last) / 1000, 0.1);
    this.#last = now;
    for (const step of this.#steps) if (step(seconds)) this.#dirty = true;
    if (this.#dirty) this.draw();
  };

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.renderer.domElement;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    // A tall window (a phone) keeps the horizontal view of a square one.
    this.camera.fov = width >= height ? 45 : Math.min(75, (2 * Math.atan(Math.tan((45 * Math.PI) / 360) * Math.sqrt(height / width)) * 180) / Math.PI);
    this.camera.updateProjectionMatrix();
    this.invalidate(false);
  }
}

/** Whether pixels cost processor time; `?quality=high` and `?quality=low` overrule what the driver says. */
function rendersInSoftware(): boolean {
  const wish = new URLSearchParams(location.search).get("quality");
  if (wish !== null) return wish !== "high";
  const context = document.createElement("canvas").getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info");
  if (context == null || info == null) return false;
  const name = String(context.getParameter(info.UNMASKED_RENDERER_WEBGL));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
