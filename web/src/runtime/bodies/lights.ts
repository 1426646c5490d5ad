// Lights that creators place. Intensity 1 is a pleasant lamp at two metres; three.js counts candela for point and spot lights.
import * as THREE from "three";
import { toColor } from "../properties.ts";
import type { Body, MakeBody } from "./body.ts";

const CANDELA = 6;
const DECAY = 1.7;

export const makeLight: MakeBody = (bag, _context, kind): Body => {
  const light = newLight(kind);
  const object = new THREE.Group();
  object.add(light);
  if (light instanceof THREE.SpotLight || light instanceof THREE.DirectionalLight) object.add(light.target);
  return {
    object,
    update() {
      toColor(bag.get("color"), light.color);
      light.intensity = bag.get("intensity") * (light instanceof THREE.PointLight || light instanceof THREE.SpotLight ? CANDELA : 1);
      if (light instanceof THREE.PointLight || light instanceof THREE.SpotLight) {
        light.distance = bag.get("range");
        light.decay = DECAY;
      }
      if (light instanceof THREE.SpotLight) {
        light.angle = Math.min(Math.PI / 2, Math.max(0.01, bag.get("angle")));
        light.penumbra = bag.get("penumbra");
        light.castShadow = bag.get("castShadow");
        light.shadow.mapSize.setScalar(512);
      }
      if (light instanceof THREE.SpotLight || light instanceof THREE.DirectionalLight) light.target.position.set(...bag.get("direction"));
    },
    dispose: () => light.dispose(),
  };
};

function newLight(kind: string): THREE.PointLight | THREE.SpotLight | THREE.DirectionalLight | THREE.AmbientLight {
  switch (kind) {
    case "point-light":
      return new THREE.PointLight();
    case "spot-light": {
      const light = new THREE.SpotLight();
      light.position.set(0, 0, 0);
      return light;
    }
    case "directional-light": {
      const light = new THREE.DirectionalLight();
      light.position.set(0, 0, 0);
      return light;
    }
    default:
      return new THREE.AmbientLight();
  }
}
