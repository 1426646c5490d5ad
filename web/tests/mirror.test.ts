import assert from "node:assert/strict";
import { test } from "node:test";
import * as THREE from "three";
import type { Delta } from "../src/deltas.generated.ts";
import { Assets } from "../src/runtime/assets.ts";
import { SceneMirror, type MirrorOptions } from "../src/runtime/mirror.ts";
import { SceneNode } from "../src/runtime/node.ts";

function mirrorOf(deltas: Delta[], options: Partial<MirrorOptions> = {}): SceneMirror {
  const report = (): void => {};
  const mirror = new SceneMirror({ assets: new Assets("/project/", report, () => {}), report, ...options });
  mirror.apply(deltas);
  return mirror;
}

const HERE = new THREE.Vector3();

function mesh(mirror: SceneMirror, id: number): THREE.Mesh<THREE.BufferGeometry, THREE.MeshStandardMaterial> {
  const object = mirror.nodes.get(id)?.body?.object;
  assert.ok(object instanceof THREE.Mesh);
  return object;
}

const box: Delta[] = [
  { op: "create", node: 1, kind: "group" },
  { op: "set", node: 1, property: "name", value: "Machine" },
  { op: "set", node: 1, property: "position", value: [0, 0, -2] },
  { op: "attach", node: 1, parent: 0 },
  { op: "create", node: 2, kind: "box" },
  { op: "set", node: 2, property: "size", value: [1, 2, 3] },
  { op: "set", node: 2, property: "position", value: [0, 1, 0] },
  { op: "attach", node: 2, parent: 1 },
];

test("nodes stand in a tree, with transforms below their parents", () => {
  const mirror = mirrorOf(box);
  const bounds = mirror.bounds();
  assert.deepEqual(bounds?.min.toArray(), [-0.5, 0, -3.5]);
  assert.deepEqual(bounds?.max.toArray(), [0.5, 2, -0.5]);
  assert.equal(mirror.named("Machine")?.id, 1);
});

test("removing a node removes all under it", () => {
  const mirror = mirrorOf([...box, { op: "remove", node: 1 }]);
  assert.equal(mirror.nodes.size, 0);
  assert.equal(mirror.bounds(), null);
});

test("a detached node is not seen until it is attached again", () => {
  const mirror = mirrorOf([...box, { op: "detach", node: 2 }]);
  assert.equal(mirror.bounds(), null);
  mirror.apply([{ op: "attach", node: 2, parent: 0 }]);
  assert.deepEqual(mirror.bounds()?.min.toArray(), [-0.5, 0, -1.5]);
});

test("material properties reach the material, colours as sRGB", () => {
  const mirror = mirrorOf([
    ...box,
    { op: "set", node: 2, property: "color", value: [1, 0.5, 0, 0.5] },
    { op: "set", node: 2, property: "opacity", value: 0.5 },
    { op: "set", node: 2, property: "metalness", value: 0.75 },
  ]);
  const { material } = mesh(mirror, 2);
  assert.equal(material.color.getHexString(), "ff8000");
  assert.equal(material.opacity, 0.25);
  assert.equal(material.transparent, true);
  assert.equal(material.metalness, 0.75);
});

test("a tween moves, ends on its target, and is replaced by a later set", () => {
  const tween: Delta = {
    op: "animate", node: 2, property: "position", from: [0, 0, 0], to: [4, 0, 0], duration: 2, elapsed: 0, easing: "linear", repeat: "once",
  };
  const mirror = mirrorOf([...box, tween]);
  const object = mirror.nodes.get(2)?.object;
  assert.equal(mirror.step(0.5, HERE), true);
  assert.equal(object?.position.x, 1);
  mirror.step(5, HERE);
  assert.equal(object?.position.x, 4);
  assert.equal(mirror.step(1, HERE), false);
  mirror.apply([tween, { op: "set", node: 2, property: "position", value: [9, 0, 0] }]);
  mirror.step(1, HERE);
  assert.equal(object?.position.x, 9);
});

test("a tween that is already old starts where it would be", () => {
  const mirror = mirrorOf([
    ...box,
    { op: "animate", node: 2, property: "roughness", from: 0, to: 1, duration: 4, elapsed: 1, easing: "linear", repeat: "once" },
  ]);
  assert.equal(mesh(mirror, 2).material.roughness, 0.25);
});

test("repeating tweens go round, alternating ones back and forth", () => {
  const loop = (repeat: "restart" | "alternate"): Delta => ({
    op: "animate", node: 2, property: "position", from: [0, 0, 0], to: [1, 0, 0], duration: 1, elapsed: 0, easing: "linear", repeat,
  });
  for (const [repeat, expect] of [["restart", 0.25], ["alternate", 0.75]] as const) {
    const mirror = mirrorOf([...box, loop(repeat)]);
    mirror.step(1.25, HERE);
    assert.equal(mirror.nodes.get(2)?.object.position.x, expect, repeat);
  }
});

test("reset forgets everything, also what was detached", () => {
  const mirror = mirrorOf([...box, { op: "detach", node: 2 }, { op: "reset" }, ...box]);
  assert.equal(mirror.nodes.size, 2);
  assert.equal(mirror.root.children.length, 2); // The avatars' group and the machine.
});

test("numbers that name no node are ignored", () => {
  const mirror = mirrorOf([
    { op: "set", node: 77, property: "visible", value: false },
    { op: "remove", node: 78 },
    { op: "attach", node: 79, parent: 1 },
    { op: "play", node: 80, elapsed: 0 },
  ]);
  assert.equal(mirror.nodes.size, 0);
  assert.equal(mirror.counters.deltas, 4);
});

test("a hit belongs to the nearest node that wants clicks", () => {
  const mirror = mirrorOf([...box, { op: "set", node: 1, property: "clickable", value: true }]);
  const hit = SceneNode.of(mesh(mirror, 2));
  assert.equal(hit?.id, 2);
  assert.equal(hit?.nearest("clickable")?.id, 1);
  assert.equal(hit?.nearest("hoverable"), null);
});

test("every kind of node can be made, set and removed without a browser", () => {
  const kinds = [
    "group", "box", "sphere", "cylinder", "cone", "plane", "torus", "text", "line", "points", "model", "image", "video", "sound", "panel",
    "sprite", "point-light", "spot-light", "directional-light", "ambient-light",
  ] as const;
  const mirror = mirrorOf(
    kinds.flatMap((kind, i): Delta[] => [
      { op: "create", node: i + 1, kind },
      { op: "set", node: i + 1, property: "text", value: "two\nlines" },
      { op: "set", node: i + 1, property: "points", value: Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0) },
      { op: "set", node: i + 1, property: "source", value: "assets/missing.png" },
      { op: "set", node: i + 1, property: "size", value: [1, 1, 1] },
      { op: "attach", node: i + 1, parent: 0 },
      { op: "play", node: i + 1, elapsed: 0 },
    ]),
  );
  mirror.step(0.1, HERE);
  assert.equal(mirror.nodes.size, kinds.length);
  mirror.apply([{ op: "reset" }]);
  assert.equal(mirror.nodes.size, 0);
});

test("properties of the scene go to its surroundings", () => {
  const seen: string[] = [];
  mirrorOf([{ op: "set", node: 0, property: "timeOfDay", value: 18 }], {
    surroundings: { reset() {}, sceneChanged: (property, bag) => seen.push(`${property} ${bag.get("timeOfDay")}`) },
  });
  assert.deepEqual(seen, ["timeOfDay 18"]);
});
