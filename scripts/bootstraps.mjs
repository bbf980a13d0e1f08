/** Builds the function bootstraps: what runs inside the processes of functions. */
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = path.resolve(fileURLToPath(import.meta.url), "../../src/functions/bootstraps");

/** CommonJS, which starts faster than an ES module and can load both. */
export async function buildBootstraps(directory) {
  mkdirSync(directory, { recursive: true });
  copyFileSync(
    path.join(source, "python_bootstrap.py"),
    path.join(directory, "python_bootstrap.py"),
  );
  await build({
    entryPoints: { "node-bootstrap": path.join(source, "node-bootstrap.ts") },
    outdir: directory,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node18",
    logLevel: "warning",
  });
}
