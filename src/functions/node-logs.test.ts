import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe("node logs", () => {
  test("console: lines have Lambda's text form and keep the order of the code", async () => {
    const spec = t.define({
      "index.js": `
        const { spawnSync } = require("node:child_process");
        console.log("at start");
        exports.handler = async () => {
          console.log("one %s", "two", { a: 1 });
          process.stdout.write("raw\\nhalf ");
          process.stderr.write("a line\\n");
          console.error("two\\nlines");
          console.debug("d"); console.warn("w");
          process.stdout.write("no newline");
        };`,
    });
    const { logTail } = await t.invoke(spec, {}, { requestId: "id-1" });
    const lines = logTail.split("\n");
    expect(lines[0]).toBe("START RequestId: id-1 Version: $LATEST");
    expect(lines[1]).toMatch(new RegExp(`^${TIME}\tid-1\tINFO\tone two \\{ a: 1 \\}$`));
    expect(lines.slice(2, 4)).toEqual(["raw", "half a line"]);
    expect(lines[4]).toMatch(new RegExp(`^${TIME}\tid-1\tERROR\ttwo$`));
    expect(lines[5]).toBe("lines");
    expect(lines[6]).toMatch(/\tDEBUG\td$/);
    expect(lines[7]).toMatch(/\tWARN\tw$/);
    expect(lines.slice(8, 10)).toEqual(["no newline", "END RequestId: id-1"]);
    expect(lines[10]).toMatch(
      /^REPORT RequestId: id-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\tInit Phases: process [\d.]+ ms, .*\t$/,
    );
    const all = t.logLines.join("");
    expect(all).toMatch(/INIT_START Runtime Version: nodejs:\d+[\d.]+\n/);
    expect(all).toMatch(new RegExp(`${TIME}\tundefined\tINFO\tat start\n`));
    expect(t.logLines.some((line) => line.endsWith("two\nlines\n"))).toBe(true);
  });

  test("output: what child processes write belongs to the invocation", async () => {
    const spec = t.define({
      "index.js": `
        const { execSync } = require("node:child_process");
        exports.handler = async (event) => {
          execSync("echo from child " + event.n, { stdio: "inherit" });
          execSync("echo error " + event.n + " >&2", { stdio: "inherit" });
        };`,
    });
    for (const n of [1, 2, 3]) {
      const { logTail } = await t.invoke(spec, { n });
      expect(logTail).toContain(`from child ${n}\n`);
      expect(logTail).toContain(`error ${n}\n`);
      expect(logTail.indexOf("from child")).toBeLessThan(logTail.indexOf("END "));
    }
  });

  test("console: the JSON format", async () => {
    const spec = t.define(
      {
        "index.js": `
          exports.handler = async () => {
            console.debug("hidden");
            console.log({ order: 7 });
            console.warn("a", new TypeError("t"));
            console.error(new RangeError("r"));
          };`,
      },
      { logFormat: "JSON" },
    );
    const { logTail } = await t.invoke(spec, {}, { requestId: "id-2" });
    const lines = logTail
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: "platform.start", record: { requestId: "id-2", version: "$LATEST" } },
      { level: "INFO", requestId: "id-2", message: { order: 7 } },
      { level: "WARN", errorType: "TypeError", errorMessage: "t" },
      { level: "ERROR", message: { errorType: "RangeError", errorMessage: "r" } },
      { type: "platform.report", record: { requestId: "id-2", status: "success" } },
    ]);
  });

  test("tail: the last 4 KiB", async () => {
    const spec = t.define({
      "index.js": `exports.handler = async () => { for (let i = 0; i < 500; i += 1) console.log("line " + i); }`,
    });
    const { logTail } = await t.invoke(spec);
    expect(Buffer.byteLength(logTail)).toBe(4096);
    expect(logTail).toContain("line 499\n");
    expect(logTail).toMatch(/\t\n$/);
    expect(t.logLines.filter((line) => /\tline \d+\n$/.test(line))).toHaveLength(500);
  });

  test("lines: those of a long invocation are handed on while it runs", async () => {
    const spec = t.define({
      "index.js": `
        const fs = require("node:fs");
        exports.handler = async (event) => {
          console.log("still here");
          while (!fs.existsSync(event.file)) await new Promise((resolve) => setTimeout(resolve, 5));
          return "went on";
        };`,
    });
    const file = `${t.directory}/go-on`;
    const result = t.invoke(spec, { file });
    await expect
      .poll(() => t.logLines.some((line) => line.includes("still here")), { interval: 10 })
      .toBe(true);
    writeFileSync(file, "");
    expect((await result).value).toBe("went on");
  });

  test("tracing libraries do not see the runtime's own traffic", async () => {
    const spec = t.define({
      "index.js": `
        const http = require("node:http"); const fs = require("node:fs"); const net = require("node:net");
        let calls = 0;
        for (const module of [http, net]) for (const name of ["request", "get", "connect", "createConnection"]) {
          if (module[name]) module[name] = () => { calls += 1; };
        }
        fs.writeSync = () => { calls += 1; };
        process.exit = () => { calls += 1; };
        JSON.stringify = ((original) => (...all) => original(...all))(JSON.stringify);
        exports.handler = async () => calls;`,
    });
    expect((await t.invoke(spec)).value).toBe(0);
    expect((await t.invoke(spec)).value).toBe(0);
  });
});
