/** What a person sees who does not know the command line yet. */
import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  buildCommandLine,
  type CommandLine,
  removeFolders,
  root,
  temporaryFolder,
} from "./command-line.ts";

let millrace: CommandLine;

beforeAll(() => {
  millrace = buildCommandLine();
});

afterAll(removeFolders);

describe("millrace", () => {
  test("help: names every command, on standard output", async () => {
    for (const args of [[], ["help"], ["--help"]]) {
      const { exitCode, stdout } = await millrace.run(args);
      expect(exitCode).toBe(0);
      for (const command of ["dev", "start", "deploy", "invoke", "logs", "reset", "doctor"]) {
        expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
      }
    }
    const { exitCode, stdout } = await millrace.run(["help", "dev"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--no-watch");
  });

  test("version: is the package's", async () => {
    const { exitCode, stdout } = await millrace.run(["--version"]);
    expect([exitCode, stdout]).toEqual([0, "0.1.0\n"]);
  });

  test.each([
    [["strat"], "Did you mean start?"],
    [["start", "--prot", "1"], "Did you mean --port?"],
    [["start", "--port", "high"], "A port is a number from 0 to 65535."],
    [["start", "--memory", "--data", "x"], "cannot be used with option"],
    [["logs", "--since", "later"], "A time span is written 90s, 5m, 2h or 1d."],
    [["invoke"], "missing required argument 'name'"],
    [["dev", "nowhere"], "There is no file or folder"],
    [["dev", "."], "There is no template in"],
  ])("usage: %j ends with 2 and says %s", async (args, hint) => {
    const { exitCode, stdout, stderr } = await millrace.run(args);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  test.each([[["deploy", "."]], [["invoke", "x"]], [["logs"]], [["reset", "--yes"]]])(
    "%j: without an engine ends with 3 and says how to start one",
    async (args) => {
      const directory = path.join(root, "examples/orders");
      const { exitCode, stderr } = await millrace.run(args, { directory });
      expect(stderr.split("\n")).toEqual([
        "No engine answers at http://127.0.0.1:1.",
        "It is not running, or it listens elsewhere.",
        "Fix: Start one with `millrace dev` or `millrace start`, or set MILLRACE_ENDPOINT.",
        "",
      ]);
      expect(exitCode).toBe(3);
    },
  );

  test("--json: a failure is an object on standard error", async () => {
    const { exitCode, stdout, stderr } = await millrace.run(["logs", "--json"]);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        what: "No engine answers at http://127.0.0.1:1.",
        why: expect.any(String),
        fix: expect.any(String),
        exitCode: 3,
      },
    });
    expect([exitCode, stdout]).toEqual([3, ""]);
  });

  test("a clone that is not built says how to build it", async () => {
    const clone = temporaryFolder();
    cpSync(path.join(root, "bin"), path.join(clone, "bin"), { recursive: true });
    cpSync(path.join(root, "package.json"), path.join(clone, "package.json"));
    const answer = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [path.join(clone, "bin/millrace.js")], (error, _, stderr) =>
        resolve({ code: error?.code, stderr }),
      );
    });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain("Fix: Run `npm ci`");
  });
});
