/** Builds what is measured and runs `bench/main.ts` with the arguments given. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(fileURLToPath(import.meta.url), "../..");

spawnSync(process.execPath, [path.join(root, "scripts/build.mjs")], { stdio: "inherit" });
await build({
  absWorkingDir: root,
  entryPoints: ["bench/main.ts"],
  outfile: "dist/bench/main.js",
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const run = spawnSync(
  process.execPath,
  [path.join(root, "dist/bench/main.js"), ...process.argv.slice(2)],
  { stdio: "inherit" },
);
process.exitCode = run.status ?? 1;
