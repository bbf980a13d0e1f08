import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { createTestHost, type TestHost } from "../test-host.ts";
import type { DebuggerNotice } from "./debuggers.ts";

let t: TestHost;

afterEach(async () => {
  await t.close();
});

const show = { "index.js": `exports.handler = async () => process.debugPort;` };

describe("debuggers", () => {
  test("node: listens on a port that stays when the code changes, with no time limit", async () => {
    const notices: DebuggerNotice[] = [];
    const realClock = createSimulatedClock();
    t = await createTestHost({
      debug: { Orders: 0 },
      onDebugger: (notice) => notices.push(notice),
      realClock,
    });
    const spec = t.define(
      {
        "index.js": `exports.handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.debugPort; };`,
      },
      { name: "shop-Orders-1AB2", timeoutMs: 1000 },
    );
    const first = t.invoke(spec, { ms: 300 });
    await expect.poll(() => notices.length).toBe(1);
    await expect.poll(() => t.logLines.some((line) => line.startsWith("START"))).toBe(true);
    await realClock.advance(900_000);
    const port = (await first).value as number;
    expect(notices).toEqual([{ functionName: "shop-Orders-1AB2", port }]);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    const changed = { ...spec, revision: "new" };
    expect((await t.invoke(changed, { ms: 0 })).value).toBe(port);
  });

  test("node: a second environment at the same time is not debugged, and says so", async () => {
    const notices: DebuggerNotice[] = [];
    t = await createTestHost({ debug: { f: 0 }, onDebugger: (notice) => notices.push(notice) });
    const spec = t.define(
      { "index.js": `exports.handler = () => new Promise((r) => setTimeout(r, 200));` },
      { name: "f" },
    );
    await Promise.all([t.invoke(spec), t.invoke(spec)]);
    expect(notices).toHaveLength(2);
    expect(notices.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining([
        undefined,
        "Another of its environments is being debugged; this one is not.",
      ]),
    );
    expect((await t.invoke(t.define(show))).value).toBe(9229);
  });

  test("python: without debugpy the function runs, and how to get it is told", async () => {
    const notices: DebuggerNotice[] = [];
    t = await createTestHost({ debug: { f: 0 }, onDebugger: (notice) => notices.push(notice) });
    const python = { "index.py": "def handler(event, context): return 1" };
    const spec = t.define(python, { name: "f", runtime: "python3.12" });
    expect((await t.invoke(spec)).value).toBe(1);
    const [notice] = notices;
    expect(notice?.port !== undefined || /pip install debugpy$/.test(notice?.problem ?? "")).toBe(
      true,
    );
  });
});
