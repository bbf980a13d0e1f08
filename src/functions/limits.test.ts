import { afterEach, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

afterEach(async () => {
  await t.close();
});

describe.runIf(process.platform === "linux")("limits", () => {
  test.each([
    [
      "nodejs20.x",
      "index.handler",
      "index.js",
      `let kept = [];
       exports.handler = async (event) => {
         if (!event.grow) return kept.length;
         for (;;) { kept.push(Buffer.alloc(4e6, 1)); await new Promise((r) => setTimeout(r, 5)); }
       };`,
    ],
    [
      "python3.12",
      "index.handler",
      "index.py",
      `kept = []
def handler(event, context):
    import time
    while event.get("grow"):
        kept.append(bytearray(b"x" * 4_000_000))
        time.sleep(0.005)
    return len(kept)`,
    ],
  ])("memory: %s is ended when it uses more than it has", async (runtime, handler, file, code) => {
    t = await createTestHost();
    const spec = t.define({ [file]: code }, { runtime, handler, memoryMb: 128 });
    expect((await t.invoke(spec)).value).toBe(0);
    const answer = await t.invoke(spec, { grow: true }, { requestId: "id-1" });
    expect(answer.value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: id-1 Error: Runtime exited with error: signal: killed",
    });
    expect(answer.logTail).toContain("Memory Size: 128 MB\tMax Memory Used: 128 MB\t");
    expect(answer.logTail).toContain("Status: error\tError Type: Runtime.ExitError");
    expect((await t.invoke(spec)).value).toBe(0);
  });

  test("memory: that of processes which the function starts counts too", async () => {
    t = await createTestHost();
    const child = `const kept = Array.from({ length: 50 }, () => Buffer.alloc(4e6, 1)); setInterval(() => kept, 1000);`;
    const spec = t.define(
      {
        "index.js": `exports.handler = () => new Promise(() => {
          require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}]);
        });`,
      },
      { memoryMb: 128 },
    );
    expect((await t.invoke(spec)).value).toMatchObject({
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
  });

  test("storage: more in the temporary folder than there may be is told", async () => {
    t = await createTestHost();
    const spec = t.define(
      {
        "index.js": `const fs = require("node:fs");
          exports.handler = async () => {
            fs.writeFileSync(process.env.TMPDIR + "/big", Buffer.alloc(2e6, 1));
            await new Promise((resolve) => setTimeout(resolve, 1500));
          };`,
      },
      { ephemeralStorageMb: 1 },
    );
    const { logTail } = await t.invoke(spec);
    expect(logTail).toContain("WARNING: 2 MB in /tmp, of 1 MB");
  });
});

describe("tracing", () => {
  test("daemon: keeps the segments that functions send", async () => {
    t = await createTestHost();
    const spec = t.define({
      "index.js": `const [host, port] = process.env.AWS_XRAY_DAEMON_ADDRESS.split(":");
        exports.handler = async () => {
          const socket = require("node:dgram").createSocket("udp4");
          for (const text of ['{"format":"json","version":1}\\n{"id":"a1","name":"work"}', "nonsense"]) {
            await new Promise((resolve) => socket.send(text, Number(port), host, resolve));
          }
          socket.close();
        };`,
    });
    await t.invoke(spec);
    await expect
      .poll(() => t.host.segments().map(({ document }) => document))
      .toEqual([{ id: "a1", name: "work" }]);
  });
});
