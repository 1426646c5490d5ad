// The other visitors: a calm figure with a name over it, gliding to wherever they report to be.
import * as THREE from "three";
import type { Vec3 } from "../deltas.generated.ts";
import { renderText } from "./text.ts";

const HUES = [0.58, 0.08, 0.42, 0.87, 0.14, 0.71, 0.33, 0.97];
const EYE_HEIGHT = 1.65;
const CATCH_UP_PER_SECOND = 8;

interface Avatar {
  figure: THREE.Group;
  target: THREE.Vector3;
  name: string;
}

export class Avatars {
  readonly root = new THREE.Group();
  readonly #avatars = new Map<number, Avatar>();

  place(visitor: number, name: string, position: Vec3): void {
    const target = new THREE.Vector3(position[0], 0, position[2]);
    const known = this.#avatars.get(visitor);
    if (known?.name === name) {
      known.target.copy(target);
      return;
    }
    this.remove(visitor);
    const figure = newFigure(name, HUES[visitor % HUES.length] ?? 0.6);
    figure.position.copy(target);
    this.root.add(figure);
    this.#avatars.set(visitor, { figure, target, name });
  }

  remove(visitor: number): void {
    this.#avatars.get(visitor)?.figure.removeFromParent();
    this.#avatars.delete(visitor);
  }

  clear(): void {
    for (const visitor of [...this.#avatars.keys()]) this.remove(visitor);
  }

  step(seconds: number): boolean {
    let moved = false;
    for (const { figure, target } of this.#avatars.values()) {
      if (figure.position.distanceToSquared(target) < 1e-6) continue;
      figure.position.lerp(target, Math.min(1, seconds * CATCH_UP_PER_SECOND));
      moved = true;
    }
    return moved;
  }
}

function newFigure(name: string, hue: number): THREE.Group {
  const figure = new THREE.Group();
  const material = new THREE.MeshLambertMaterial({ color: new THREE.Color().setHSL(hue, 0.45, 0.62) });
  const body = new THREE.Mesh(new THREE.CapsuleGeometry(0.2, 0.75, 6, 20), material);
  body.position.y = 0.62;
  const head = new THREE.Mesh(new THREE.SphereGeometry(0.155, 24, 16), material);
  head.position.y = EYE_HEIGHT - 0.2;
  body.castShadow = head.castShadow = true;
  figure.add(body, head);
  const plane = renderText(name, { size: 0.12, color: new THREE.Color(0xffffff), align: "center", maxWidth: 0 });
  if (plane.texture !== null) {
    const label = new THREE.Sprite(new THREE.SpriteMaterial({ map: plane.texture, toneMapped: false, fog: false }));
    label.scale.set(plane.width, plane.height, 1);
    label.position.y = EYE_HEIGHT + 0.18;
    figure.add(label);
  }
  return figure;
}
