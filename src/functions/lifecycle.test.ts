import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createSimulatedClock } from "../platform/simulated-clock.ts";
import { FunctionHostClosed, type FunctionSpec, RuntimeUnavailable } from "./function-host.ts";
import { createTestHost, type TestHost, writeFiles } from "./test-host.ts";

let t: TestHost;

afterEach(async () => {
  await t.close();
});

const sleeper = {
  "index.js": `
    console.log("pid", process.pid);
    exports.handler = async (event) => {
      if (event.spin) for (;;);
      await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
      return process.pid;
    };`,
};

/** An extension that does nothing but wait. */
const WATCHER = `#!/usr/bin/env node
  console.log("extension", process.pid);
  const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension/";
  (async () => {
    const registered = await fetch(api + "register", { method: "POST", headers: { "Lambda-Extension-Name": "watcher" }, body: '{"events":["INVOKE"]}' });
    const headers = { "Lambda-Extension-Identifier": registered.headers.get("lambda-extension-identifier") };
    for (;;) await (await fetch(api + "event/next", { headers })).text();
  })();`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and was not collected yet does not count.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" && process.platform !== "linux";
  }
}

async function untilDead(...pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { interval: 10, timeout: 60_000 }).toEqual([]);
}

const pidOf = async (spec: FunctionSpec, event: object = {}): Promise<number> =>
  Number((await t.invoke(spec, event)).value);

describe("time limits", () => {
  test.each([
    ["that waits", { ms: 60_000 }],
    ["that spins", { spin: true }],
  ])("invoke: a handler %s is ended in time, and told as AWS does", async (_title, event) => {
    const clock = createSimulatedClock();
    t = await createTestHost({ realClock: clock });
    const spec = t.define(sleeper, { timeoutMs: 3000 });
    const pid = await pidOf(spec);
    const running = t.invoke(spec, event, { requestId: "id-1" });
    await clock.advance(2999);
    expect(isAlive(pid)).toBe(true);
    await clock.advance(1);
    const answer = await running;
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: id-1 Error: Task timed out after 3.00 seconds",
    });
    expect(answer.logTail).toMatch(/\dZ id-1 Task timed out after 3\.00 seconds\n\nEND /);
    expect(answer.logTail).toMatch(/\tStatus: timeout\t\n$/);
    expect(answer.report.durationMs).toBeGreaterThanOrEqual(3000);
    await untilDead(pid);
    expect(await pidOf(spec)).not.toBe(pid);
  });

  test("start: an init phase over 10 s is tried again within the invocation's own time", async () => {
    const clock = createSimulatedClock();
    t = await createTestHost({ realClock: clock });
    const spec = t.define(
      { "index.js": `console.log("init"); for (;;); exports.handler = async () => 1` },
      { timeoutMs: 3000 },
    );
    const answer = t.invoke(spec, {}, { requestId: "id-2" });
    const starts = (): number => t.logLines.filter((line) => line.endsWith("\tinit\n")).length;
    const advanceUntil = async (count: number): Promise<void> => {
      await expect
        .poll(
          async () => {
            await clock.advance(25);
            return starts();
          },
          { interval: 10, timeout: 60_000 },
        )
        .toBe(count);
    };
    await advanceUntil(1);
    await clock.advance(10_000);
    await advanceUntil(2);
    await clock.advance(3000);
    const { value, logTail } = await answer;
    expect(value).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: id-2 Error: Task timed out after 3.00 seconds",
    });
    expect(logTail).toContain("Phase: invoke\tStatus: timeout\n");
    expect(t.logLines.join("")).toMatch(/INIT_REPORT .*\tPhase: init\tStatus: timeout\n/);
  });

  test("next: a custom runtime that never asks again is ended", async () => {
    const clock = createSimulatedClock();
    t = await createTestHost({ realClock: clock });
    const spec = t.define(
      {
        bootstrap: `#!/usr/bin/env node
          const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
          (async () => {
            const next = await fetch(base + "next");
            await fetch(base + next.headers.get("lambda-runtime-aws-request-id") + "/response", { method: "POST", body: process.pid + "" });
            setInterval(() => {}, 1000);
          })();`,
      },
      { runtime: "provided.al2023", timeoutMs: 900_000 },
    );
    let pid = 0;
    void pidOf(spec).then((answered) => {
      pid = answered;
    });
    await expect
      .poll(
        async () => {
          await clock.advance(25);
          return pid;
        },
        { interval: 10, timeout: 60_000 },
      )
      .toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(true);
    await clock.advance(900_000);
    await untilDead(pid);
  });
});

describe("processes", () => {
  test("concurrency: as many environments as invocations, then the warm ones", async () => {
    t = await createTestHost();
    const spec = t.define({
      "index.js": `
        const fs = require("node:fs");
        exports.handler = async ({ round, id, folder }) => {
          fs.writeFileSync(folder + "/" + round + "-" + id, "");
          while (fs.readdirSync(folder).filter((name) => name.startsWith(round)).length < 4) {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          return process.pid;
        };`,
    });
    const together = (round: string): Promise<number[]> =>
      Promise.all([1, 2, 3, 4].map((id) => pidOf(spec, { round, id, folder: t.directory })));
    const first = await together("a");
    expect(new Set(first).size).toBe(4);
    expect(new Set(await together("b"))).toEqual(new Set(first));
  });

  test("bound: invocations wait for their turn, first come first served", async () => {
    t = await createTestHost({ limits: { processesMax: 1, sparesMax: 0 } });
    const spec = t.define(sleeper);
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (n) => {
        await t.invoke(spec, { ms: 20 });
        order.push(n);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    const other = t.define(sleeper);
    expect(await pidOf(other)).toBeGreaterThan(0);
  });

  test("revision: the new code runs, and what runs in the old is finished", async () => {
    t = await createTestHost();
    const spec = t.define(sleeper, { name: "orders" });
    const pid = await pidOf(spec);
    const running = t.invoke(spec, { ms: 200 });
    const changed = t.define({ "index.js": `exports.handler = async () => "new"` });
    const next = { ...spec, codeDirectory: changed.codeDirectory, revision: "next" };
    expect((await t.invoke(next)).value).toBe("new");
    expect((await running).value).toBe(pid);
    await untilDead(pid);
    expect((await t.invoke(next)).value).toBe("new");
  });

  test("retire: idle environments end, of versions too", async () => {
    t = await createTestHost();
    const spec = t.define(sleeper, { name: "orders" });
    const version = { ...spec, arn: `${spec.arn}:3`, version: "3" };
    const other = t.define(sleeper, { name: "orders-2" });
    const pids = [await pidOf(spec), await pidOf(version)];
    const otherPid = await pidOf(other);
    t.host.retire(spec.arn);
    await untilDead(...pids);
    expect(await pidOf(other)).toBe(otherPid);
  });

  test("idle: environments end after their time on the cloud's clock", async () => {
    const clock = createSimulatedClock();
    t = await createTestHost({ clock, limits: { idleTimeoutMs: 60_000 } });
    const [one, two] = [t.define(sleeper), t.define(sleeper)];
    const pid = await pidOf(one);
    await clock.advance(40_000);
    const later = await pidOf(two);
    await clock.advance(30_000);
    await untilDead(pid);
    expect(await pidOf(two)).toBe(later);
    const folders = readdirSync(path.join(t.directory, "work/environments"));
    await expect.poll(() => folders.length).toBeLessThanOrEqual(2);
  });

  test("children: a process and all it started end together", async () => {
    t = await createTestHost();
    const spec = t.define({
      "index.js": `
        const { spawn } = require("node:child_process");
        exports.handler = async () => [process.pid, spawn("sleep", ["300"]).pid];`,
    });
    const pids = (await t.invoke(spec)).value as number[];
    expect(pids.every(isAlive)).toBe(true);
    t.host.retire(spec.arn);
    await untilDead(...pids);
  });

  test("crash: one between two invocations is replaced", async () => {
    t = await createTestHost();
    const spec = t.define({
      "index.js": `exports.handler = async () => { setTimeout(() => process.exit(1), 5); return process.pid }`,
    });
    const pid = await pidOf(spec);
    await untilDead(pid);
    await expect.poll(() => pidOf(spec)).not.toBe(pid);
  });

  test("close: ends everything, and rejects what runs or waits", async () => {
    t = await createTestHost({ limits: { processesMax: 1 } });
    const spec = t.define(sleeper);
    const pid = await pidOf(spec);
    const running = t.invoke(spec, { ms: 60_000 });
    const waiting = t.invoke(spec);
    const closed = t.host.close();
    await expect(running).rejects.toThrow(FunctionHostClosed);
    await expect(waiting).rejects.toThrow(FunctionHostClosed);
    await closed;
    expect(isAlive(pid)).toBe(false);
    await expect(t.invoke(spec)).rejects.toThrow(FunctionHostClosed);
    expect(existsSync(path.join(t.directory, "work/environments"))).toBe(false);
  });

  test("runtimes: those the host cannot run are refused by name", async () => {
    t = await createTestHost({ interpreters: { "nodejs18.x": "/nowhere/node" } });
    const go = t.define(sleeper, { runtime: "go1.x" });
    await expect(t.invoke(go)).rejects.toThrow(/Millrace does not run go1\.x\./);
    const node = t.define(sleeper, { runtime: "nodejs18.x" });
    await expect(t.invoke(node)).rejects.toThrow(RuntimeUnavailable);
    const statuses = await t.host.runtimes();
    expect(statuses.find((status) => status.runtime === "nodejs20.x")).toMatchObject({
      interpreter: process.execPath,
      version: process.versions.node,
    });
    expect(statuses.find((status) => status.runtime === "nodejs18.x")).toMatchObject({
      remedy: expect.stringContaining("Configure"),
    });
  });

  test("prepare: a process is ready before the first invocation", async () => {
    t = await createTestHost();
    t.host.prepare("nodejs20.x");
    const spec = t.define(sleeper);
    expect(await pidOf(spec)).toBeGreaterThan(0);
  });
});

describe("a killed engine", () => {
  test.each([
    ["idle", {}],
    ["waiting", { ms: 60_000 }],
    ["spinning", { spin: true }],
  ])("kill -9: leaves no process behind: one that is %s", async (_title, event) => {
    t = await createTestHost();
    const layer = path.join(t.directory, "layer");
    writeFiles(layer, { "extensions/watcher": WATCHER });
    const spec = t.define(sleeper, { layerDirectories: [layer] });
    const engine = spawn(
      process.execPath,
      ["--input-type=module", "-e", await engineScript(spec, event)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    engine.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await expect
      .poll(() => /pid \d+/.test(output) && /extension \d+/.test(output), {
        interval: 10,
        timeout: 60_000,
      })
      .toBe(true);
    const pid = Number(/pid (\d+)/.exec(output)?.[1]);
    if (JSON.stringify(event) === "{}") {
      await expect.poll(() => output, { interval: 10 }).toContain("answered");
    }
    const children = childrenOf(engine.pid ?? 0);
    expect(children).toContain(pid);
    const extension = Number(/extension (\d+)/.exec(output)?.[1]);
    expect(children).toContain(extension);
    engine.kill("SIGKILL");
    await untilDead(...children);
  });

  /** A host in a process of its own, bundled as the engine is. */
  async function engineScript(spec: FunctionSpec, event: object): Promise<string> {
    const { build } = await import("esbuild");
    const file = path.join(t.directory, "engine.mjs");
    await build({
      stdin: {
        contents: `
          import { createFunctionHost } from "./process-host.ts";
          import { createSystemClock } from "../platform/clock.ts";
          import { createSystemRandom } from "../platform/random.ts";
          import { createMemoryLog } from "../platform/log.ts";
          const host = createFunctionHost({
            clock: createSystemClock(), random: createSystemRandom(), log: createMemoryLog(),
            endpoint: () => "http://127.0.0.1:1", directory: ${JSON.stringify(path.join(t.directory, "engine"))},
            bootstrapDirectory: ${JSON.stringify(path.join(t.directory, "bootstraps"))},
            onLog: (source, lines) => { for (const line of lines) console.log(line.message); },
          });
          await host.invoke(${JSON.stringify(spec)}, { requestId: "1", payload: Buffer.from(${JSON.stringify(JSON.stringify(event))}), invokedArn: "a" });
          console.log("answered");`,
        resolveDir: import.meta.dirname,
        loader: "ts",
      },
      bundle: true,
      format: "esm",
      platform: "node",
      outfile: file,
    });
    return `import ${JSON.stringify(file)}`;
  }
});

/** Linux only: elsewhere the test sees the function's own process alone. */
function childrenOf(parent: number): readonly number[] {
  if (!existsSync("/proc")) {
    return [];
  }
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, "m").test(
          readFileSync(`/proc/${pid}/status`, "utf8"),
        );
      } catch {
        return false;
      }
    });
}

describe("provisioned environments", () => {
  test("keep: is initialised before the first invocation, and says what it is", async () => {
    t = await createTestHost();
    const spec = t.define(
      {
        "index.js": `console.log("init");
          exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;`,
      },
      { keptAs: "provisioned-concurrency" },
    );
    expect(await t.host.keep(spec, 1)).toEqual({ readyCount: 1 });
    await expect.poll(() => t.logLines.some((line) => line.endsWith("\tinit\n"))).toBe(true);
    expect((await t.invoke(spec)).value).toBe("provisioned-concurrency");
    const broken = t.define({ "index.js": `throw new RangeError("no");` });
    expect(await t.host.keep(broken, 1)).toEqual({ readyCount: 0, failure: "RangeError: no" });
  });
});
