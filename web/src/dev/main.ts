// The page that `mosl dev` serves: wires connection, mirror, viewer and panels together. Behaviour lives in the parts.
import { Assets } from "../runtime/assets.ts";
import { Environment } from "../runtime/environment.ts";
import { SceneMirror } from "../runtime/mirror.ts";
import { bindSurroundings } from "../runtime/surroundings.ts";
import { Connection, visitorId } from "./connection.ts";
import { EditorPanel } from "./editor.ts";
import { Framing } from "./framing.ts";
import { type Mode, Navigation } from "./navigation.ts";
import { Pointer } from "./pointer.ts";
import { Presence } from "./presence.ts";
import type { FromServer, ToServer } from "./protocol.ts";
import { LocalObject } from "./local.ts";
import { exposeTestHooks } from "./testing.ts";
import { Bar } from "./ui/bar.ts";
import { ConsolePanel } from "./ui/console.ts";
import { DiagnosticsOverlay } from "./ui/diagnostics.ts";
import { byId } from "./ui/element.ts";
import { PaymentPrompt } from "./ui/payment.ts";
import { toast } from "./ui/toast.ts";
import { Viewer } from "./viewer.ts";

const viewer = new Viewer(byId<HTMLCanvasElement>("scene"));
const bar = new Bar();
const panel = new ConsolePanel();
const overlay = new DiagnosticsOverlay();
const changed = (): void => viewer.invalidate();
const assets = new Assets("/project/", (level, text) => panel.write(level, text), changed);
const environment = new Environment(viewer.scene, viewer.software ? 1024 : 2048);
const mirror = new SceneMirror({
  assets,
  changed,
  report: (level, text) => panel.write(level, text),
  surroundings: bindSurroundings(environment, assets, changed),
  camera: (position, target) => framing.suggest(position, target),
  notify: (text) => toast(text),
});
viewer.scene.add(mirror.root);
const navigation = new Navigation(viewer.camera, viewer.renderer.domElement);
const framing = new Framing(mirror, navigation, environment);
const local = new LocalObject({
  deltas(deltas) {
    mirror.apply(deltas);
    sceneChanged();
  },
  say: (message) => receive(message),
  send: (message) => connection.send(message),
  notify: (text) => toast(text),
});
const send = (message: ToServer): void => local.send(message);
const pointer = new Pointer(viewer, mirror, navigation, send);
const presence = new Presence(viewer.camera, send);
const editor = new EditorPanel();
const prompt = new PaymentPrompt((id, accept) => send({ type: "answer", id, accept }), () => bar.balance);

/** A connection is made, and the scene has not arrived yet. */
let awaitsScene = true;

const connection = new Connection(socketUrl(), {
  opened() {
    presence.reset();
    prompt.clear();
  },
  state(state) {
    if (state !== "live") bar.state(state); // Live is what the scene is, not the wire: see `deltas`.
    awaitsScene = true;
    if (state === "offline") prompt.clear();
  },
  deltas(bytes) {
    mirror.applyBytes(bytes);
    sceneChanged();
  },
  message: receive,
});

function sceneChanged(): void {
  if (awaitsScene) bar.state("live");
  awaitsScene = false;
  framing.update();
  pointer.invalidate();
}

function receive(message: FromServer): void {
  switch (message.type) {
    case "welcome":
      bar.project(message.project);
      local.welcome(message);
      if (!local.runs) bar.balance = message.balance;
      panel.clear(); // What was printed so far follows.
      return overlay.hide();
    case "balance":
      bar.balance = message.amount;
      return;
    case "prompt":
      return prompt.ask(message);
    case "prompt-closed":
      return prompt.close(message.id);
    case "log":
      return panel.write(message.level, message.text, message.source);
    case "diagnostics":
      editor.follow();
      return overlay.show(message.text, message.errors, message.running);
    case "compiled":
      overlay.hide();
      editor.follow();
      bar.state("live");
      if (message.reloaded) toast(`Reloaded in ${Math.round(message.milliseconds)} ms`, "good");
      return;
    case "fault":
      panel.write("fault", message.text);
      bar.state(message.restarting ? "live" : "fault");
      return toast(message.restarting ? "The object failed and was started again. The console says why." : "The object stopped. The console says why.", "fault");
    case "object":
      return void local.run(message);
    case "assets-changed":
      return assets.clear();
  }
}

viewer.onStep((seconds) => {
  const moved = navigation.step(seconds);
  if (moved) pointer.invalidate();
  presence.step();
  local.step(seconds);
  const animated = mirror.step(seconds, viewer.camera.position);
  if (animated) viewer.invalidate();
  return pointer.step() || moved || animated;
});

const modes: Record<Mode, HTMLElement> = { orbit: byId("mode-orbit"), walk: byId("mode-walk") };

function setMode(mode: Mode): void {
  navigation.setMode(mode);
  for (const [name, button] of Object.entries(modes)) button.setAttribute("aria-checked", String(name === mode));
}

modes.orbit.onclick = () => setMode("orbit");
modes.walk.onclick = () => setMode("walk");
window.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog:modal") !== null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "KeyV") setMode(navigation.mode === "orbit" ? "walk" : "orbit");
  if (event.code === "KeyF") framing.home();
});

exposeTestHooks(viewer, mirror);

function socketUrl(): string {
  const url = new URL("/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("visitor", visitorId());
  return url.href;
}
