// Sounds at a place: louder when the listener is near. Silent where the page has no audio or the file is missing.
import * as THREE from "three";
import type { Body, MakeBody } from "./body.ts";

/** Metres within which a sound has its full volume; twice as far away it has half of it. */
const FULL_VOLUME_METRES = 2;

export const makeSound: MakeBody = (bag, context): Body => {
  const object = new THREE.Object3D();
  const here = new THREE.Vector3();
  let element: HTMLAudioElement | null = null;
  const stop = (): void => {
    element?.pause();
    element = null;
  };
  const play = (elapsed: number): void => {
    const source = bag.get("source");
    if (typeof Audio === "undefined" || source === "") return;
    stop();
    const audio = new Audio(context.assets.url(source));
    element = audio;
    audio.currentTime = elapsed;
    audio.loop = bag.get("loop");
    audio.onerror = () => context.assets.missing("sound", source);
    audio.play().catch(() => {}); // The browser wants a gesture first; the next `play` will be heard.
  };
  return {
    object,
    update(changed) {
      if (changed === "loop" && element !== null) element.loop = bag.get("loop");
      if (changed === "source" && element !== null) play(0);
    },
    play,
    stop,
    step(listener) {
      if (element === null || element.paused) return false;
      const distance = object.getWorldPosition(here).distanceTo(listener);
      element.volume = Math.min(1, bag.get("volume") * Math.min(1, FULL_VOLUME_METRES / Math.max(distance, 0.01)));
      return false;
    },
    dispose: stop,
  };
};
