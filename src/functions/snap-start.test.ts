import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulatedClock } from "../platform/simulated-clock.ts";
import type { FunctionSpec } from "./function-host.ts";
import { createRuntimes } from "./runtimes/runtimes.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

const python = await createRuntimes({ interpreters: {} })
  .find("python3.12")
  .catch(() => undefined);

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

/** A runtime that says what it did when, with what it does before and after a snapshot. */
const runtime = ({ before = "", after = "" }): string => `#!/usr/bin/env node
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/";
const post = (path, value) => fetch(base + path, { method: "POST", body: JSON.stringify(value) });
(async () => {
  const seen = [process.env.AWS_LAMBDA_INITIALIZATION_TYPE];
  ${before}
  const restored = await fetch(base + "restore/next");
  seen.push(restored.status, await restored.text());
  seen.push((await fetch(base + "restore/next")).status);
  console.log("restored");
  ${after}
  for (;;) {
    const next = await fetch(base + "invocation/next");
    const id = next.headers.get("lambda-runtime-aws-request-id");
    await next.text();
    await post("invocation/" + id + "/response", seen);
  }
})();`;

const snapped = (script: string, spec: Partial<FunctionSpec> = {}): FunctionSpec =>
  t.define({ bootstrap: script }, { runtime: "provided.al2023", keptAs: "snap-start", ...spec });

describe("SnapStart", () => {
  test("restore: waits for the first invocation of an environment that is kept", async () => {
    const spec = snapped(runtime({}));
    expect(await t.host.keep(spec, 1)).toEqual({ readyCount: 1 });
    expect(t.logLines.join("")).not.toContain("restored\n");
    const first = await t.invoke(spec);
    expect(first.value).toEqual(["snap-start", 200, "", 403]);
    expect(first.report.initDurationMs).toBeUndefined();
    expect(first.report.restoreDurationMs).toBeGreaterThan(0);
    expect(first.logTail).toMatch(
      /REPORT .*\tRestore Duration: \d+\.\d\d ms\tBilled Restore Duration: \d+ ms\t\n$/,
    );
    const log = t.logLines.join("");
    expect(log).toMatch(
      /RESTORE_START Runtime Version: \S+\n(?:restored\n)?RESTORE_REPORT Restore Duration: \d+\.\d\d ms\n/,
    );
    expect((await t.invoke(spec)).report.restoreDurationMs).toBeUndefined();
    await t.host.keep(spec, 0);
  });

  test("restore: environments that are started on demand are restored at once", async () => {
    const answer = await t.invoke(snapped(runtime({})));
    expect(answer.value).toEqual(["snap-start", 200, "", 403]);
    expect(answer.report.billedDurationMs).toBeGreaterThanOrEqual(
      Math.ceil(answer.report.restoreDurationMs ?? Number.NaN),
    );
  });

  test("restore: is refused to a runtime that is not snap-started", async () => {
    const spec = t.define({ bootstrap: runtime({}) }, { runtime: "provided.al2023" });
    expect((await t.invoke(spec)).value).toMatchObject(["on-demand", 403, expect.anything(), 403]);
  });

  test("restore/error: is the result of the invocation, and the environment is replaced", async () => {
    const error = `{ errorType: "Runtime.AfterRestoreError", errorMessage: "no" }`;
    const spec = snapped(
      runtime({ after: `await post("restore/error", ${error}); process.exit(64);` }),
    );
    const answer = await t.invoke(spec);
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toEqual({ errorType: "Runtime.AfterRestoreError", errorMessage: "no" });
    expect(t.logLines.join("")).toMatch(
      /RESTORE_REPORT Restore Duration: \d+\.\d\d ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n/,
    );
  });

  test("restore: an exit, and hooks that take more than ten seconds", async () => {
    const exits = await t.invoke(snapped(runtime({ after: "process.exit(3);" })));
    expect(exits.value).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/),
    });
    const realClock = createSimulatedClock();
    const other = await createTestHost({ realClock });
    const marker = path.join(other.directory, "restored");
    const slow = runtime({
      after: `require("fs").writeFileSync("${marker}", ""); await new Promise(() => setInterval(() => {}, 1000));`,
    });
    const spec = other.define(
      { bootstrap: slow },
      { runtime: "provided.al2023", keptAs: "snap-start", timeoutMs: 900_000 },
    );
    const answer = other.invoke(spec, {}, { requestId: "id" });
    await expect.poll(() => existsSync(marker), { interval: 10, timeout: 5_000 }).toBe(true);
    await realClock.advance(10_000);
    expect((await answer).value).toEqual({
      errorType: "SnapStartTimeoutException",
      errorMessage:
        "RequestId: id Error: Lambda couldn't restore the runtime within the timeout limit.",
    });
    await other.close();
  });

  test("init/error: of a hook before the snapshot, told when it is kept", async () => {
    const error = `{ errorType: "Runtime.BeforeCheckpointError", errorMessage: "no" }`;
    const spec = snapped(
      runtime({ before: `await post("init/error", ${error}); process.exit(64);` }),
    );
    expect(await t.host.keep(spec, 1)).toEqual({
      readyCount: 0,
      failure: "Runtime.BeforeCheckpointError: no",
    });
    await t.host.keep(spec, 0);
  });
});

describe.skipIf(python === undefined)("SnapStart of Python (needs Python 3.12)", () => {
  const HOOKS = `
from snapshot_restore_py import register_before_snapshot, register_after_restore
seen = []

@register_before_snapshot
def first():
    seen.append("first before")

def more(what, times=1):
    seen.extend([what] * times)

register_before_snapshot(more, "second before", times=2)
register_after_restore(more, "first after")

@register_after_restore
def second():
    seen.append("second after")
    FAIL

def handler(event, context):
    return seen
`;

  const define = (code: string, spec: Partial<FunctionSpec> = {}): FunctionSpec =>
    t.define({ "index.py": code }, { runtime: "python3.12", keptAs: "snap-start", ...spec });

  test("hooks: the last registered first before the snapshot, in order after it", async () => {
    const spec = define(HOOKS.replace("FAIL", "pass"));
    expect((await t.invoke(spec)).value).toEqual([
      "second before",
      "second before",
      "first before",
      "first after",
      "second after",
    ]);
    const onDemand = define(HOOKS.replace("FAIL", "pass"), { keptAs: "provisioned-concurrency" });
    expect((await t.invoke(onDemand)).value).toEqual([]);
  });

  test("hooks: one that fails is the result, and is logged", async () => {
    const answer = await t.invoke(define(HOOKS.replace("FAIL", 'raise ValueError("stale")')));
    expect(answer.value).toMatchObject({ errorType: "ValueError", errorMessage: "stale" });
    expect(answer.logTail).toContain("[ERROR] ValueError: stale\n");
  });

  test("library: the function's own comes first", async () => {
    const own =
      "def register_before_snapshot(f): return 'own'\ndef register_after_restore(f): return 'own'\nget_before_snapshot = get_after_restore = list\n";
    const spec = t.define(
      {
        "index.py":
          "from snapshot_restore_py import register_after_restore\nx = register_after_restore(print)\ndef handler(event, context): return x\n",
        "snapshot_restore_py.py": own,
      },
      { runtime: "python3.12", keptAs: "snap-start" },
    );
    expect((await t.invoke(spec)).value).toBe("own");
  });
});
