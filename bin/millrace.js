#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

const FLOOR = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const program = new URL("../dist/cli/main.js", import.meta.url);

if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  fail(
    `Millrace needs Node.js ${FLOOR.join(".")} or later.`,
    `This is ${process.versions.node}, at ${process.execPath}.`,
    "Install a later one from https://nodejs.org.",
  );
} else if (!existsSync(program)) {
  fail(
    "Millrace is not built yet.",
    `There is no ${program.pathname}.`,
    "Run `npm ci` in its folder, or `npm run prepare` if its packages are installed.",
  );
} else {
  // From Node.js 22 on: what was compiled at one start is not compiled at the next.
  module.enableCompileCache?.();
  await import(program.href);
}

function fail(what, why, fix) {
  process.stderr.write(`${what}\n${why}\nFix: ${fix}\n`);
  process.exitCode = 1;
}
