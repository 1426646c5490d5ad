// The values that properties have until a delta sets them: the defaults of host/src/delta/table.rs.
import type { NodeKind, Property, PropertyValues } from "../deltas.generated.ts";

const DEFAULTS: PropertyValues = {
  position: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1], visible: true, name: "", clickable: false, hoverable: false, nearRadius: 0,
  size: [1, 1, 1], radius: 0.5, radiusTop: Number.NaN, height: 1, thickness: Number.NaN, points: new Float32Array(),
  color: [1, 1, 1, 1], texture: "", textureRepeat: [1, 1], metalness: 0, roughness: 0.6, emissive: [0, 0, 0, 1], emissiveIntensity: 1,
  opacity: 1, doubleSided: false, wireframe: false,
  text: "", fontSize: 0.2, align: "center", maxWidth: 0, source: "", html: "", volume: 1, loop: false,
  intensity: 1, range: 0, angle: 0.5, penumbra: 0.3, direction: [0, -1, 0], castShadow: false,
  panorama: [], timeOfDay: 12, fogColor: [1, 1, 1, 1], fogNear: 0, fogFar: 0, ambientColor: [1, 1, 1, 1], ambientIntensity: 1,
  background: [0, 0, 0, 0], ground: [0, 0, 0, 0], ambientSound: "",
};

/** Thickness in metres until it is set. */
const THICKNESS: Partial<Record<NodeKind, number>> = { torus: 0.1, line: 0.02, points: 0.02 };

export function defaultOf<P extends Property>(kind: NodeKind, property: P): PropertyValues[P] {
  return property === "thickness" ? ((THICKNESS[kind] ?? 0.02) as PropertyValues[P]) : DEFAULTS[property];
}
