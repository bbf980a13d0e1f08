import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { FunctionSpec } from "../function-host.ts";
import { createTestHost, type TestHost, writeFiles } from "../test-host.ts";

let t: TestHost;

afterEach(async () => {
  await t.close();
});

/** An extension that takes telemetry by TCP, and notes what comes, a line as it came. */
const receiver = (api: string, destination: string, more = "") => `#!/usr/bin/env node
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API;
const note = (text) => require("node:fs").appendFileSync(process.env.NOTES, text);
const json = (method, url, headers, body) => fetch(base + url, { method, headers, body: JSON.stringify(body) });
const server = require("node:net").createServer((socket) => {
  note("connected\\n");
  socket.on("data", (bytes) => note(bytes));
});
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  const registered = await json("POST", "/2020-01-01/extension/register", { "Lambda-Extension-Name": "receiver" }, { events: ["INVOKE", "SHUTDOWN"] });
  const mine = { "Lambda-Extension-Identifier": registered.headers.get("lambda-extension-identifier") };
  const answer = await json("PUT", "${api}", mine, { destination: ${destination}, types: ["platform", "function"], buffering: { timeoutMs: 25 } ${more} });
  note("subscribed " + answer.status + " " + (await answer.text()) + "\\n");
  for (;;) {
    const event = await (await fetch(base + "/2020-01-01/extension/event/next", { headers: mine })).json();
    if (event.eventType === "SHUTDOWN") setTimeout(() => process.exit(0), 100);
  }
});`;

function withReceiver(script: string): { readonly spec: FunctionSpec; notes(): readonly string[] } {
  const layer = path.join(t.directory, "layer");
  const file = path.join(t.directory, "notes");
  writeFiles(layer, { "extensions/receiver": script });
  writeFiles(t.directory, { notes: "" });
  const spec = t.define(
    { "index.js": `exports.handler = async () => { console.log("hello"); return "four"; };` },
    { layerDirectories: [layer], environment: { NOTES: file } },
  );
  return { spec, notes: () => readFileSync(file, "utf8").split("\n").filter(Boolean) };
}

const TELEMETRY = "/2022-07-01/telemetry";
const SCHEMA = `, schemaVersion: "2022-12-13"`;

describe("telemetry by TCP", () => {
  test.each([
    ["a port", TELEMETRY, `{ protocol: "TCP", port }`, SCHEMA],
    ["a URI", TELEMETRY, `{ protocol: "TCP", URI: "tcp://sandbox.localdomain:" + port }`, SCHEMA],
    ["the Logs API", "/2020-08-15/logs", `{ protocol: "TCP", port }`, ""],
  ])("deliver: to %s, an event a line, over one connection", async (_, api, destination, more) => {
    t = await createTestHost();
    const { spec, notes } = withReceiver(receiver(api, destination, more));
    await t.invoke(spec, {}, { requestId: "id-1" });
    await t.host.close();
    expect(notes()).toContain("subscribed 200 OK");
    expect(notes().filter((line) => line === "connected")).toHaveLength(1);
    const events = notes()
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { readonly type: string; readonly record: unknown });
    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf("platform.start"))).toEqual([
      "platform.start",
      "function",
      "platform.runtimeDone",
      ...(api === TELEMETRY ? [] : ["platform.end"]),
      "platform.report",
    ]);
    expect(events.find(({ type }) => type === "function")?.record).toMatch(/\tINFO\thello\n$/);
  });

  test.each([
    [`{ protocol: "TCP" }`, "destination.port"],
    [`{ protocol: "TCP", port: 9001 }`, "destination.port"],
    [`{ protocol: "TCP", URI: "tcp://elsewhere:80" }`, "destination.port"],
    [`{ protocol: "UDP", port }`, "protocol"],
  ])("subscribe: refuses %s", async (destination, problem) => {
    t = await createTestHost();
    const { spec, notes } = withReceiver(receiver(TELEMETRY, destination, SCHEMA));
    await t.invoke(spec);
    expect(notes()).toContain(
      `subscribed 400 ${JSON.stringify({
        errorMessage: `Invalid subscription: ${problem}`,
        errorType: "ValidationError",
      })}`,
    );
  });
});

describe("platform.runtimeDone", () => {
  test("spans: how the answer came, and its size", async () => {
    t = await createTestHost();
    const { spec, notes } = withReceiver(receiver(TELEMETRY, `{ protocol: "TCP", port }`, SCHEMA));
    await t.invoke(spec, {}, { requestId: "id-1" });
    await t.host.close();
    const line = notes().find((each) => each.includes(`"platform.runtimeDone"`)) ?? "";
    const { time, record } = JSON.parse(line);
    expect(record).toMatchObject({
      requestId: "id-1",
      status: "success",
      metrics: { durationMs: expect.any(Number), producedBytes: 6 },
    });
    expect(record.spans.map(({ name }: { readonly name: string }) => name)).toEqual([
      "responseLatency",
      "responseDuration",
      "runtimeOverhead",
    ]);
    const [latency, duration] = record.spans;
    expect(latency.durationMs + duration.durationMs).toBeCloseTo(record.metrics.durationMs, 1);
    expect(Date.parse(latency.start)).toBeLessThanOrEqual(Date.parse(time));
    expect(Date.parse(time) - Date.parse(latency.start)).toBeLessThan(10_000);
  });
});
