// Text nodes: a plane that carries rendered lettering; redrawn only when the words or their style change.
import * as THREE from "three";
import type { Property } from "../../deltas.generated.ts";
import { toColor } from "../properties.ts";
import { renderText, type TextStyle } from "../text.ts";
import type { Body, MakeBody } from "./body.ts";

const LETTERS: ReadonlySet<Property | "all"> = new Set(["all", "text", "fontSize", "align", "maxWidth", "color"] as const);

export const makeText: MakeBody = (bag): Body => {
  const material = new THREE.MeshBasicMaterial({ transparent: true, side: THREE.DoubleSide, depthWrite: false, toneMapped: false, fog: false });
  const object = new THREE.Mesh(new THREE.PlaneGeometry(), material);
  object.renderOrder = 1;
  const draw = (): void => {
    const text = bag.get("text");
    object.visible = text.trim() !== "";
    if (!object.visible) return;
    const style: TextStyle = {
      size: Math.max(0.005, bag.get("fontSize")),
      color: toColor(bag.get("color")),
      align: bag.get("align") as TextStyle["align"],
      maxWidth: bag.get("maxWidth"),
    };
    const plane = renderText(text, style);
    material.map?.dispose();
    material.map = plane.texture;
    material.needsUpdate = true;
    object.scale.set(plane.width, plane.height, 1);
    object.position.x = { left: plane.width / 2, center: 0, right: -plane.width / 2 }[style.align] ?? 0;
  };
  return {
    object,
    update(changed) {
      if (LETTERS.has(changed)) draw();
      material.opacity = bag.get("opacity") * bag.get("color")[3];
    },
    dispose() {
      material.map?.dispose();
      material.dispose();
      object.geometry.dispose();
    },
  };
};
