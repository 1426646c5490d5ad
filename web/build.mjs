// Bundles the dev page and mark.js into dist/. `--check` builds into a temporary folder and compares instead: the committed bundle must
// equal a fresh build, because the `mosl` binary embeds it and cargo alone has to be able to build that binary.
import { build } from "esbuild";
import { cp, mkdtemp, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = join(root, "dist");

/** The dev page, mark.js for pages that bring three.js along, and mark.js with all that a page of its own needs. */
const BUNDLES = [
  {
    entryPoints: { app: "src/dev/main.ts", style: "src/dev/style.css", "in-page": "src/dev/in-page.ts", editor: "src/dev/editor/main.ts", "editor-style": "src/dev/editor/editor.css" },
    external: ["/editor.js", "/in-page.js"],
  },
  { entryPoints: { mark: "src/object/index.ts", "mark-worker": "src/object/worker.ts" }, external: ["three", "three/*"] },
  { entryPoints: { "mark-page": "src/object/index.ts" } },
];

async function bundle(into) {
  await mkdir(into, { recursive: true });
  for (const options of BUNDLES) {
    await build({
      absWorkingDir: root,
      outdir: into,
      bundle: true,
      format: "esm",
      target: ["es2022"],
      minify: true,
      legalComments: "eof",
      charset: "utf8",
      logLevel: "warning",
      ...options,
    });
  }
  await cp(join(root, "src/dev/index.html"), join(into, "index.html"));
}

async function differences(fresh) {
  const names = new Set([...(await readdir(fresh)), ...(await readdir(dist).catch(() => []))]);
  const differing = [];
  for (const name of [...names].sort()) {
    const [a, b] = await Promise.all([fresh, dist].map((folder) => readFile(join(folder, name)).catch(() => undefined)));
    if (a === undefined || b === undefined || !a.equals(b)) differing.push(name);
  }
  return differing;
}

if (process.argv.includes("--check")) {
  const fresh = await mkdtemp(join(tmpdir(), "mark-js-"));
  await bundle(fresh);
  const differing = await differences(fresh);
  await rm(fresh, { recursive: true });
  if (differing.length > 0) {
    console.error(`web/dist differs from a fresh build in: ${differing.join(", ")}. Run \`npm run build\` in web/ and commit.`);
    process.exit(1);
  }
  console.log("web/dist equals a fresh build.");
} else {
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
  for (const name of await readdir(dist)) console.log(`dist/${name}`, (await readFile(join(dist, name))).length, "bytes");
}
