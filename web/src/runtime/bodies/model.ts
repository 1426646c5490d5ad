// glTF models. The loader is three.js's; what a file brings along as cameras is left out.
import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import type { Body, MakeBody } from "./body.ts";

export const makeModel: MakeBody = (bag, context): Body => {
  const object = new THREE.Group();
  let wanted = "";
  let mixer: THREE.AnimationMixer | null = null;
  let last = 0;
  const load = (source: string): void => {
    wanted = source;
    object.clear();
    mixer = null;
    if (source === "" || typeof document === "undefined") return;
    new GLTFLoader().load(
      context.assets.url(source),
      (file) => {
        if (wanted !== source) return;
        file.scene.traverse((part) => {
          part.castShadow = part.receiveShadow = true;
        });
        object.add(file.scene);
        if (file.animations.length > 0) {
          mixer = new THREE.AnimationMixer(file.scene);
          for (const clip of file.animations) mixer.clipAction(clip).play();
        }
        context.changed();
      },
      undefined,
      () => {
        if (wanted !== source) return;
        context.assets.missing("model", source);
        object.add(standIn());
        context.changed();
      },
    );
  };
  return {
    object,
    update(changed) {
      if ((changed === "all" || changed === "source") && bag.get("source") !== wanted) load(bag.get("source"));
    },
    step() {
      const now = performance.now();
      mixer?.update(Math.min(0.1, (now - last) / 1000));
      last = now;
      return mixer !== null;
    },
    dispose() {
      wanted = "";
      object.traverse((part) => part instanceof THREE.Mesh && part.geometry.dispose());
    },
  };
};

function standIn(): THREE.Object3D {
  const box = new THREE.BoxGeometry(0.8, 0.8, 0.8);
  const lines = new THREE.LineSegments(new THREE.EdgesGeometry(box), new THREE.LineBasicMaterial({ color: 0xffb86b }));
  lines.position.y = 0.4;
  return lines;
}
