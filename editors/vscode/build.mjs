// Packs the extension: bundles the client, takes the grammar that the token table generates, writes mosl.vsix.

import { build } from "esbuild";
import { copyFileSync, mkdirSync } from "node:fs";
import { createVSIX } from "@vscode/vsce";

mkdirSync("dist", { recursive: true });
copyFileSync("../../grammar/textmate/mosl.tmLanguage.json", "dist/mosl.tmLanguage.json");
await build({
  entryPoints: ["src/extension.js"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node18",
  format: "cjs",
  external: ["vscode"],
  logLevel: "warning",
});
await createVSIX({ cwd: process.cwd(), packagePath: "mosl.vsix", dependencies: false, skipLicense: true });
