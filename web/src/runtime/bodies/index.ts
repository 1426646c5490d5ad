// Which body each kind of node has.
import type { NodeKind } from "../../deltas.generated.ts";
import type { MakeBody } from "./body.ts";
import { makeText } from "./lettering.ts";
import { makeLight } from "./lights.ts";
import { makeLine, makePoints } from "./lines.ts";
import { makeModel } from "./model.ts";
import { makeImage, makePanel, makeSprite, makeVideo } from "./pictures.ts";
import { makeShape } from "./shapes.ts";
import { makeSound } from "./sound.ts";

export const BODIES: Record<NodeKind, MakeBody | null> = {
  group: null,
  box: makeShape,
  sphere: makeShape,
  cylinder: makeShape,
  cone: makeShape,
  plane: makeShape,
  torus: makeShape,
  text: makeText,
  line: makeLine,
  points: makePoints,
  model: makeModel,
  image: makeImage,
  video: makeVideo,
  sound: makeSound,
  panel: makePanel,
  sprite: makeSprite,
  "point-light": makeLight,
  "spot-light": makeLight,
  "directional-light": makeLight,
  "ambient-light": makeLight,
};
