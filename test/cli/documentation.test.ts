/** The page about the command line names everything the command line has. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { root } from "./command-line.ts";

const page = readFileSync(path.join(root, "docs/command-line.md"), "utf8");

test("docs/command-line.md: names every command and every option, and no others", () => {
  const program = createProgram(() => {});
  const options = [program, ...program.commands].flatMap((command) => command.options);
  const flags = new Set(options.map(({ long }) => long));
  flags.delete("--version");
  const commands = program.commands.map((command) => command.name());
  expect([...page.matchAll(/^\| `([a-z]+)[^|]*` \| [a-z]/gm)].map(([, name]) => name)).toEqual(
    commands,
  );
  const named = new Set([...page.matchAll(/`(--[a-z-]+)/g)].map(([, flag]) => flag));
  expect([...named].sort()).toEqual([...flags].sort());
});
