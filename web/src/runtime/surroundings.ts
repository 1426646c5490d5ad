// Binds the properties of the scene itself (panorama, hour, fog, ground, …) to the environment that draws them.
import type { Property } from "../deltas.generated.ts";
import type { Assets } from "./assets.ts";
import { type Environment, loadPanorama } from "./environment.ts";
import type { Surroundings } from "./mirror.ts";
import { type PropertyBag, toColor } from "./properties.ts";

export function bindSurroundings(environment: Environment, assets: Assets, changed: () => void): Surroundings {
  let sound: HTMLAudioElement | null = null;
  const hush = (): void => {
    sound?.pause();
    sound = null;
  };
  const follow = (property: Property, bag: PropertyBag): void => {
    switch (property) {
      case "panorama": {
        const faces = bag.get("panorama");
        if (faces.length !== 6) return environment.setPanorama(null);
        return void loadPanorama(assets, faces, (texture) => {
          environment.setPanorama(texture);
          changed();
        });
      }
      case "timeOfDay":
        return environment.setHour(bag.get("timeOfDay"));
      case "fogColor":
      case "fogNear":
      case "fogFar":
        if (bag.get("fogFar") > 0) environment.setFog(toColor(bag.get("fogColor")), bag.get("fogNear"), bag.get("fogFar"));
        return;
      case "ambientColor":
      case "ambientIntensity":
        return environment.setAmbient(toColor(bag.get("ambientColor")), bag.get("ambientIntensity"));
      case "background":
        return environment.setBackground(bag.get("background")[3] > 0 ? toColor(bag.get("background")) : null);
      case "ground":
        return environment.setGround(bag.get("ground")[3] > 0 ? toColor(bag.get("ground")) : null);
      case "ambientSound": {
        hush();
        const source = bag.get("ambientSound");
        if (source === "" || typeof Audio === "undefined") return;
        sound = new Audio(assets.url(source));
        sound.loop = true;
        sound.volume = 0.5;
        sound.onerror = () => assets.missing("sound", source);
        sound.play().catch(() => {});
      }
    }
  };
  return {
    sceneChanged(property, bag) {
      follow(property, bag);
      changed();
    },
    reset() {
      hush();
      environment.reset();
    },
  };
}

