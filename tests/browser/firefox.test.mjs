// Objects in Debian's Firefox: programs of the corpus print, and the examples show, what they do on the MVM. The page finds its work in
// `work.json` and posts what came of it: Firefox needs no driver for that. One program in sixteen as a rule; all with MOSL_ALL=1.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chosenPrograms, compileTo, difference, line, onServer, PLAYS, servePrograms } from "./corpus.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const PATIENCE_MS = 180_000;

const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
import { playObject, runProgram } from "./programs.js";
import { missingFeature } from "./mark.js";
const { programs, plays } = await (await fetch("work.json")).json();
const results = { missing: missingFeature(), programs: [], plays: [] };
for (const file of programs) results.programs.push(await runProgram(file));
for (const { file, actions } of plays) results.plays.push(await playObject(file, actions));
await fetch("results", { method: "POST", body: JSON.stringify(results) });
</script>`;

let served;
let profile;
let firefox;
let programs;
let results;

before(async () => {
  let arrived;
  const posted = new Promise((resolve) => (arrived = resolve));
  served = await servePrograms((text) => arrived(JSON.parse(text)));
  programs = await chosenPrograms(process.env.MOSL_ALL ? 1 : 16);
  programs.forEach(({ path }, at) => compileTo(path, join(served.folder, `program-${at}.wasm`)));
  for (const { name, path } of PLAYS) compileTo(path, join(served.folder, `${name}.wasm`));
  const plays = PLAYS.map(({ name, actions }) => ({ file: `${name}.wasm`, actions }));
  await writeFile(join(served.folder, "work.json"), JSON.stringify({ programs: programs.map((_, at) => `program-${at}.wasm`), plays }));
  await writeFile(join(served.folder, "index.html"), PAGE);
  profile = await mkdtemp(join(tmpdir(), "mosl-firefox-"));
  const quiet = ["app.update.enabled", "datareporting.policy.dataSubmissionEnabled", "network.captive-portal-service.enabled", "browser.shell.checkDefaultBrowser"];
  await writeFile(join(profile, "user.js"), quiet.map((name) => `user_pref("${name}", false);\n`).join(""));
  firefox = spawn(FIREFOX, ["--headless", "--no-remote", "--profile", profile, served.url], { stdio: "ignore" });
  const failed = new Promise((_, reject) => {
    firefox.once("error", reject);
    setTimeout(() => reject(new Error(`Firefox did not answer within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref();
  });
  results = await Promise.race([posted, failed]);
});

after(async () => {
  firefox?.kill("SIGKILL");
  await served?.stop();
  if (profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

test("Firefox has what objects need", () => assert.equal(results.missing, null));

test("programs of the corpus print the same in Firefox", () => {
  const failures = programs.map((program, at) => difference(program, results.programs[at]));
  assert.deepEqual(failures.filter((failure) => failure !== null), [], `of ${programs.length}`);
});

test("each example makes the same deltas and messages in Firefox", () => {
  PLAYS.forEach((play, at) => {
    const [expected, shown] = [onServer(play), results.plays[at]];
    assert.deepEqual(shown.errors, [], play.name);
    assert.deepEqual(shown.batches.map(line), expected.deltas, play.name);
    assert.deepEqual(shown.messages, expected.messages, play.name);
  });
});
