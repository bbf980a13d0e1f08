/**
 * Builds what runs from a clone: the command line (`dist/cli`) and the function bootstraps
 * (`dist/bootstraps`). `npm ci` runs it; it takes under a second.
 *
 * `node scripts/build.mjs [folder]`: another folder than `dist`. It is built beside the folder, which
 * it then replaces: what runs from there meanwhile sees the one or the other.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildBootstraps } from "./bootstraps.mjs";

/** Native packages, what only some commands load, and what functions resolve too. */
const LEFT_OUT = ["@aws-sdk/*", "cbor-x", "esbuild", "jsonata", "lmdb", "msgpackr"];

/** Everything else is bundled, which halves the time to load it; CommonJS packages call this. */
const REQUIRE =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

const root = path.resolve(fileURLToPath(import.meta.url), "../..");
const dist = path.resolve(root, process.argv[2] ?? "dist");
const draft = `${dist}.${process.pid}.new`;
mkdirSync(draft, { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: { main: "src/cli/main.ts" },
  outdir: path.join(draft, "cli"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: LEFT_OUT,
  banner: { js: REQUIRE },
  sourcemap: true,
  logLevel: "warning",
});

await buildBootstraps(path.join(draft, "bootstraps"));
copyModels();
replace();

function replace() {
  const old = `${dist}.${process.pid}.old`;
  if (existsSync(dist)) {
    renameSync(dist, old);
  }
  renameSync(draft, dist);
  rmSync(old, { recursive: true, force: true });
}

/** Models are read when a service is first called, from beside the code that reads them. */
function copyModels() {
  const source = path.join(root, "src/wire/models");
  const target = path.join(draft, "models");
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source).filter((name) => name.endsWith(".json"))) {
    cpSync(path.join(source, file), path.join(target, file));
  }
}
