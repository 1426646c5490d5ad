// `window.__mosl`: what the browser tests and the benchmark ask the page. Nothing in the page depends on it.
import * as THREE from "three";
import type { Counters, SceneMirror } from "../runtime/mirror.ts";
import type { Viewer } from "./viewer.ts";

declare global {
  interface Window {
    __mosl: TestHooks;
  }
}

interface TestHooks {
  /** Where the middle of a named container is on the page, in CSS pixels; null if no such container is in the scene. */
  screenPosition(name: string): { x: number; y: number } | null;
  /** Draws and returns the picture as a PNG data URL. */
  capture(): string;
  /** A pixel of the picture as red, green, blue (0..255), in CSS pixels. */
  pixel(x: number, y: number): [number, number, number];
  readonly counters: Counters & { frames: number; drawnDeltas: number };
  readonly software: boolean;
  /** Names of all nodes that have one. */
  names(): string[];
}

export function exposeTestHooks(viewer: Viewer, mirror: SceneMirror): void {
  let drawnDeltas = 0;
  viewer.onDrawn(() => {
    drawnDeltas = mirror.counters.deltas;
  });
  const canvas = viewer.renderer.domElement;
  window.__mosl = {
    software: viewer.software,
    screenPosition(name) {
      const node = mirror.named(name);
      if (node === undefined) return null;
      viewer.camera.updateMatrixWorld();
      const box = new THREE.Box3().setFromObject(node.object);
      const centre = box.isEmpty() ? node.object.getWorldPosition(new THREE.Vector3()) : box.getCenter(new THREE.Vector3());
      const { x, y } = centre.project(viewer.camera);
      const area = canvas.getBoundingClientRect();
      return { x: area.left + ((x + 1) / 2) * area.width, y: area.top + ((1 - y) / 2) * area.height };
    },
    capture() {
      viewer.draw();
      return canvas.toDataURL();
    },
    pixel(x, y) {
      viewer.draw();
      const context = viewer.renderer.getContext();
      const area = canvas.getBoundingClientRect();
      const ratio = canvas.width / area.width;
      const bytes = new Uint8Array(4);
      context.readPixels(Math.floor((x - area.left) * ratio), Math.floor(canvas.height - (y - area.top) * ratio), 1, 1, context.RGBA, context.UNSIGNED_BYTE, bytes);
      return [bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0];
    },
    get counters() {
      return { ...mirror.counters, frames: viewer.frames, drawnDeltas };
    },
    names: () => [...mirror.nodes.values()].map((node) => node.name).filter((name) => name !== ""),
  };
}
