// mark.js, the library: applies MOSL scene deltas to any three.js scene. `new SceneMirror(…)`, add its `root` to a scene, feed it
// batches with `applyBytes`, call `step` before each frame.
export * from "../deltas.generated.ts";
export { Assets, type Report } from "./assets.ts";
export { Environment } from "./environment.ts";
export { easing, type Curve } from "./easing.ts";
export { SceneMirror, type Counters, type MirrorOptions, type Surroundings } from "./mirror.ts";
export { SceneNode } from "./node.ts";
export { bindSurroundings } from "./surroundings.ts";
export { interpolate, Tween } from "./tween.ts";
