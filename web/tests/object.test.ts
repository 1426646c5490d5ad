import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWords } from "../src/object/collation.ts";
import { parseColor } from "../src/object/color.ts";
import { groupNames, platform } from "../src/object/platform.ts";
import { TimerQueue } from "../src/object/timers.ts";
import { Amount, type HostValue, Vector } from "../src/object/values.ts";
import { defaultHost, type HeldPayment, type ObjectHost, World } from "../src/object/world.ts";

type Settled = { call: number; answer: { value: HostValue } | { error: Error } };

function worldOf(host: Partial<ObjectHost> = {}, fields = {}): { world: World; answers: Settled[]; run: (name: string, ...args: HostValue[]) => HostValue } {
  const answers: Settled[] = [];
  const world = new World({ ...defaultHost(), ...host }, fields, (call, answer) => answers.push({ call, answer }));
  const run = (name: string, ...args: HostValue[]): HostValue => world.call(name.includes(" ") ? name.split(" ")[0]! : "mark:scene", name.split(" ").at(-1)!, args, 7) as HostValue;
  return { world, answers, run };
}

const vec3 = (...parts: number[]): Vector => new Vector("vec3", parts);

test("functions of the scene write deltas", () => {
  const { world, run } = worldOf();
  const node = run("createNode", "box") as number;
  run("attachNode", node, 0);
  run("setPosition", node, vec3(1, 2, 3));
  run("setPosition", node, vec3(1, 2, 3));
  run("setProperty", node, "color", "#d33");
  run("setScale", node, 2);
  assert.deepEqual(world.scene.takeDeltas(), [
    { op: "create", node: 1, kind: "box" },
    { op: "attach", node: 1, parent: 0 },
    { op: "set", node: 1, property: "position", value: [1, 2, 3] },
    { op: "set", node: 1, property: "color", value: [13 / 15, 0.2, 0.2, 1] },
    { op: "set", node: 1, property: "scale", value: [2, 2, 2] },
  ]);
  assert.deepEqual(run("getProperty", node, "position"), vec3(1, 2, 3));
  assert.equal(run("getProperty", node, "radiusTop"), 0.5);
});

test("mistakes are named as on the node", () => {
  const { run } = worldOf();
  const node = run("createNode", "box") as number;
  const wrong: [RegExp, string, ...HostValue[]][] = [
    [/there is no kind of node "house"/, "createNode", "house"],
    [/argument 1 should be a string, but is a number/, "createNode", 1],
    [/this node has been removed/, "setPosition", 99, vec3(0, 0, 0)],
    [/`position` takes a Vec3, not a number/, "setPosition", node, 1],
    [/`position` takes finite numbers only/, "setPosition", node, vec3(Number.NaN, 0, 0)],
    [/there is no property "colour"/, "setProperty", node, "colour", "red"],
    [/"oranje" is no colour/, "setProperty", node, "color", "oranje"],
    [/`timeOfDay` cannot be set here/, "setProperty", node, "timeOfDay", 3],
    [/a node cannot be put into itself/, "attachNode", node, node],
    [/there is no easing "fast"/, "animateProperties", node, [], [], 1, "fast", "once"],
    [/`visible` cannot be animated/, "animateProperties", node, ["visible"], [true], 1, "linear", "once"],
    [/this host has no toString in mark:scene/, "toString"],
  ];
  for (const [message, name, ...args] of wrong) assert.throws(() => run(name, ...args), message, name);
});

test("an animation is answered when all its tweens have ended", () => {
  const { world, answers, run } = worldOf();
  const node = run("createNode", "box") as number;
  run("animateProperties", node, ["position", "opacity"], [vec3(2, 0, 0), 0.5], 2, "linear", "once");
  world.advance(1);
  assert.deepEqual(run("getProperty", node, "position"), vec3(1, 0, 0));
  assert.deepEqual(answers, []);
  run("setProperty", node, "opacity", 1);
  world.advance(2);
  assert.deepEqual(answers, [{ call: 7, answer: { value: undefined } }]);
  assert.deepEqual(run("getProperty", node, "position"), vec3(2, 0, 0));
});

test("removing a node ends its animations", () => {
  const { world, answers, run } = worldOf();
  const node = run("createNode", "box") as number;
  run("animateProperties", node, ["opacity"], [0.5], 2, "linear", "restart");
  run("removeNode", node);
  world.collect();
  assert.equal(answers.length, 1);
});

/** A wallet that says yes, and what it was told. */
function wallet(): { requestPayment: ObjectHost["requestPayment"]; told: string[] } {
  const told: string[] = [];
  const held: HeldPayment = { accept: () => told.push("accept"), refund: () => told.push("refund") };
  return { told, requestPayment: () => Promise.resolve(held) };
}

const reply = ({ answer }: Settled): { id: string; declined: string } => ("value" in answer ? (answer.value as { id: string; declined: string }) : { id: "", declined: "error" });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("money moves when the turn has ended well, and once", async () => {
  const { requestPayment, told } = wallet();
  const { world, answers, run } = worldOf({ requestPayment });
  run("mark:mrk requestPayment", 1, Amount.parse("5")!, "a drink");
  await settled();
  const { id } = reply(answers[0]!);
  assert.equal(run("mark:mrk paymentState", id), "open");
  assert.equal(run("mark:mrk acceptPayment", id), "");
  assert.equal(run("mark:mrk refundPayment", id), "the payment was already accepted");
  assert.deepEqual(told, []);
  world.commit();
  world.commit();
  world.close();
  assert.deepEqual(told, ["accept"]);
});

test("what is open when the object ends goes back, also what is answered later", async () => {
  const { requestPayment, told } = wallet();
  const { world, run } = worldOf({ requestPayment });
  run("mark:mrk requestPayment", 1, Amount.parse("5")!, "first");
  await settled();
  run("mark:mrk requestPayment", 1, Amount.parse("5")!, "second");
  world.close();
  await settled();
  assert.deepEqual(told, ["refund", "refund"]);
});

test("a wallet that fails has moved nothing", async () => {
  const lines: string[] = [];
  const failing = { log: (_: string, text: string) => void lines.push(text) };
  for (const requestPayment of [() => Promise.reject(new Error("offline")), () => { throw new Error("offline"); }]) {
    const { answers, run } = worldOf({ ...failing, requestPayment });
    run("mark:mrk requestPayment", 1, Amount.parse("5")!, "x");
    await settled();
    assert.equal(reply(answers[0]!).declined, "the wallet failed");
  }
  assert.equal(lines.length, 2);
});

test("persisted values come back as they were", () => {
  const stored = new Map<string, string>();
  const host = { stored: () => Object.fromEntries(stored), save: (key: string, value: string) => void stored.set(key, value) };
  const values: HostValue[] = [1, -0, Number.NaN, "a", true, null, undefined, Amount.parse("0.5")!, vec3(1, 2, 3), [1, [2]], { a: 1, $: "x", b: { c: [] } }];
  worldOf(host).world.persist(values.flatMap((value, at) => ["/Lamp#0", `f${at}`, value]));
  const { run } = worldOf(host);
  values.forEach((value, at) => assert.deepEqual(run("persistedValue", "/Lamp#0", `f${at}`), value));
  assert.equal(run("persistedValue", "/Lamp#0", "other"), undefined);
  stored.set("/Lamp#0 bad", "{");
  assert.equal(worldOf(host).run("persistedValue", "/Lamp#0", "bad"), undefined);
});

test("timers are due by their time, then by age", () => {
  const timers = new TimerQueue();
  timers.start(1, 20);
  timers.start(2, 10);
  timers.start(3, 20);
  timers.stop(9);
  assert.equal(timers.next, 10);
  assert.deepEqual([timers.take(15), timers.take(15), timers.now], [2, null, 10]);
  timers.start(4, 10);
  assert.deepEqual([timers.take(99), timers.take(99), timers.take(99), timers.take(99)], [1, 3, 4, null]);
});

test("expressions match by number, with their groups", () => {
  const host = platform({} as Parameters<typeof platform>[0]) as Record<string, (...args: unknown[]) => unknown>;
  const call = (name: string, ...args: unknown[]): unknown => host[name]!(...args);
  const handle = call("regexNew", "(?<a>i)|n", "");
  assert.equal(call("regexExec", handle, "spring", 0), 2);
  assert.deepEqual([call("regexStart", 0), call("regexEnd", 0), call("regexStart", 1)], [3, 4, 3]);
  assert.equal(call("regexExec", handle, "spring", 4), 2);
  assert.equal(call("regexStart", 1), -1);
  assert.equal(call("regexExec", handle, "spring", 5), 0);
  assert.equal(call("regexNames", handle), "a=1");
  assert.equal(call("regexNew", "(", ""), -1);
  assert.match(String(call("regexError")), /Invalid regular expression/);
  call("regexFree", handle);
  assert.equal(call("regexExec", handle, "spring", 0), 0);
});

test("groups' names are found behind classes and escapes", () => {
  assert.deepEqual(groupNames("(?<a>x)(y)(?:z)(?=q)(?<!w)[(](?<b>u)\\("), [["a", 1], ["b", 3]]);
});

test("words are in a dictionary's order", () => {
  const check = (a: string, b: string, expect: number): void => assert.equal(compareWords(a, b), expect, `${a} ${b}`);
  check("a", "B", -1);
  check("é", "e", 1);
  check("A", "a", 1);
  check("e\u0301", "é", 0);
  check("1", "a", -1);
  check("a", "a ", -1);
  check("\ud800", "\ufffd", 0);
});

test("colours", () => {
  assert.deepEqual(parseColor(" Orange "), [1, 165 / 255, 0, 1]);
  assert.deepEqual(parseColor("#1234"), [0x11 / 255, 0x22 / 255, 0x33 / 255, 0x44 / 255]);
  for (const bad of ["", "#", "#12", "#ggg", "constructor", "rgb(1,2,3)"]) assert.equal(parseColor(bad), null);
});

test("amounts are exact", () => {
  assert.equal(String(Amount.parse("0.250000000000000001mrk")), "0.250000000000000001 MRK");
  assert.equal(String(new Amount(0n)), "0 MRK");
  for (const bad of ["", "-1", "1.", "1.0000000000000000001", "1e3", "9".repeat(40)]) assert.equal(Amount.parse(bad), null);
});
