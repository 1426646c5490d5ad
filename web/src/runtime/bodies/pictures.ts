// Flat pictures: images, sprites that face the visitor, videos, and panels.
import * as THREE from "three";
import { placeholder } from "../assets.ts";
import type { Property } from "../../deltas.generated.ts";
import type { PropertyBag } from "../properties.ts";
import { renderPanel } from "./panel.ts";
import type { Body, Context, MakeBody } from "./body.ts";

/** A picture without a written size is one metre wide and as high as its own proportions say. */
function fit(bag: PropertyBag, object: THREE.Object3D, aspect: number): void {
  const [width, height] = bag.has("size") ? bag.get("size") : [1, 1 / aspect];
  object.scale.set(Math.max(width, 1e-4), Math.max(height, 1e-4), 1);
}

function screen(): { object: THREE.Mesh; material: THREE.MeshBasicMaterial } {
  const material = new THREE.MeshBasicMaterial({ color: 0xffffff, side: THREE.DoubleSide, toneMapped: false });
  const object = new THREE.Mesh(new THREE.PlaneGeometry(), material);
  object.castShadow = true;
  return { object, material };
}

function fade(bag: PropertyBag, material: THREE.MeshBasicMaterial | THREE.SpriteMaterial): void {
  material.opacity = bag.get("opacity");
  if (!(material instanceof THREE.SpriteMaterial) && material.transparent !== material.opacity < 1) {
    material.transparent = material.opacity < 1;
    material.needsUpdate = true;
  }
}

/** Keeps a material's picture and its object's size up to date with `source` and `size`. */
function pictureOf(
  bag: PropertyBag,
  context: Context,
  object: THREE.Object3D,
  material: THREE.MeshBasicMaterial | THREE.SpriteMaterial,
): (changed: Property | "all") => void {
  let aspect = 1;
  return (changed) => {
    if (changed === "all" || changed === "source") {
      const source = bag.get("source");
      object.visible = source !== "";
      material.map = source === "" ? null : context.assets.texture(source, [1, 1], (ratio) => fit(bag, object, (aspect = ratio)));
      material.needsUpdate = true;
    }
    if (changed === "all" || changed === "size") fit(bag, object, aspect);
  };
}

export const makeImage: MakeBody = (bag, context): Body => {
  const { object, material } = screen();
  material.transparent = true;
  material.alphaTest = 0.02;
  const show = pictureOf(bag, context, object, material);
  return {
    object,
    update(changed) {
      show(changed);
      material.opacity = bag.get("opacity");
    },
    dispose() {
      material.dispose();
      object.geometry.dispose();
    },
  };
};

export const makeSprite: MakeBody = (bag, context): Body => {
  const material = new THREE.SpriteMaterial({ toneMapped: false });
  const object = new THREE.Sprite(material);
  const show = pictureOf(bag, context, object, material);
  return {
    object,
    update(changed) {
      show(changed);
      fade(bag, material);
    },
    dispose: () => material.dispose(),
  };
};

export const makePanel: MakeBody = (bag, context): Body => {
  const { object, material } = screen();
  const concerned: ReadonlySet<Property | "all"> = new Set(["all", "source", "html", "size"] as const);
  return {
    object,
    update(changed) {
      fade(bag, material);
      if (!concerned.has(changed)) return;
      const [width, height] = bag.get("size");
      fit(bag, object, width / height);
      renderPanel(bag.get("html"), bag.get("source"), width / height, (canvas) => {
        material.map?.dispose();
        material.map = new THREE.CanvasTexture(canvas);
        material.map.colorSpace = THREE.SRGBColorSpace;
        material.map.anisotropy = 4;
        material.needsUpdate = true;
        context.changed();
      });
    },
    dispose() {
      material.map?.dispose();
      material.dispose();
      object.geometry.dispose();
    },
  };
};

/** A video stands dark until it is played; one that cannot be loaded shows a placeholder, and the object goes on. */
export const makeVideo: MakeBody = (bag, context): Body => {
  const { object, material } = screen();
  let element: HTMLVideoElement | null = null;
  let failed = false;
  const rest = (): void => {
    material.map = null;
    material.color.setHex(0x10141d);
    material.needsUpdate = true;
  };
  const show = (texture: THREE.Texture): void => {
    texture.colorSpace = THREE.SRGBColorSpace;
    material.map = texture;
    material.color.setHex(0xffffff);
    material.needsUpdate = true;
    context.changed();
  };
  const stop = (): void => {
    element?.pause();
    element?.removeAttribute("src");
    element = null;
    material.map?.dispose();
    rest();
    context.changed();
  };
  const fail = (source: string): void => {
    failed = true;
    element = null;
    context.assets.missing("video", source);
    show(new THREE.CanvasTexture(placeholder(source, "▶")));
  };
  const play = (elapsed: number): void => {
    const source = bag.get("source");
    if (typeof document === "undefined" || source === "") return;
    stop();
    failed = false;
    const video = document.createElement("video");
    element = video;
    Object.assign(video, { crossOrigin: "anonymous", loop: bag.get("loop"), volume: bag.get("volume"), playsInline: true, src: context.assets.url(source) });
    video.currentTime = elapsed;
    video.onloadeddata = () => element === video && show(new THREE.VideoTexture(video));
    video.onerror = () => element === video && fail(source);
    // Without a gesture on the page browsers allow silent videos only.
    video.play().catch(() => {
      video.muted = true;
      void video.play().catch(() => {});
    });
  };
  rest();
  return {
    object,
    update(changed) {
      if (changed === "all" || changed === "size") fit(bag, object, 16 / 9);
      if (changed === "source" && element !== null) play(0);
      if (element !== null) Object.assign(element, { volume: bag.get("volume"), loop: bag.get("loop") });
      fade(bag, material);
    },
    play,
    stop,
    step: () => element !== null && !element.paused && !failed,
    dispose() {
      stop();
      material.dispose();
      object.geometry.dispose();
    },
  };
};
