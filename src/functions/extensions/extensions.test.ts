import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { FunctionSpec } from "../function-host.ts";
import { createTestHost, type TestHost, writeFiles } from "../test-host.ts";

let t: TestHost;

afterEach(async () => {
  await t.close();
});

/** An extension in Node.js, with nothing but HTTP, as the documentation tells to write one. */
const extension = (body: string, events = `["INVOKE", "SHUTDOWN"]`) => `#!/usr/bin/env node
const fs = require("node:fs");
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API;
const api = base + "/2020-01-01/extension/";
const note = (text) => fs.appendFileSync(process.env.NOTES, text + "\\n");
const call = (method, url, headers, body) => fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
(async () => {
  const registered = await call("POST", api + "register", { "Lambda-Extension-Name": require("node:path").basename(__filename), "Lambda-Extension-Accept-Feature": "accountId" }, { events: ${events} });
  const id = registered.headers.get("lambda-extension-identifier");
  const mine = { "Lambda-Extension-Identifier": id };
  const next = async () => (await call("GET", api + "event/next", mine)).json();
  ${body}
})();`;

const followEvents = `
  note("registered " + JSON.stringify(await registered.json()));
  for (;;) {
    const event = await next();
    note(event.eventType + " " + (event.requestId ?? event.shutdownReason));
    console.log("saw " + event.eventType);
    if (event.eventType === "SHUTDOWN") process.exit(0);
  }`;

const handler = {
  "index.js": `exports.handler = async () => { console.log("hello"); return 1; };`,
};

/** A function with one layer; what its extensions note is in `notes`. */
function withLayer(
  layer: Readonly<Record<string, string>>,
  spec: Partial<FunctionSpec> = {},
  files: Readonly<Record<string, string>> = handler,
): { readonly spec: FunctionSpec; notes(): readonly string[] } {
  const directory = path.join(t.directory, "layer");
  const file = path.join(t.directory, "notes");
  writeFiles(directory, layer);
  writeFiles(t.directory, { notes: "" });
  return {
    spec: t.define(files, {
      layerDirectories: [directory],
      environment: { NOTES: file },
      ...spec,
    }),
    notes: () => readFileSync(file, "utf8").split("\n").filter(Boolean),
  };
}

describe("external extensions", () => {
  test("events: registered, told of each invocation, and of the end", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer({ "extensions/watcher": extension(followEvents) });
    expect((await t.invoke(spec, {}, { requestId: "id-1" })).value).toBe(1);
    expect((await t.invoke(spec, {}, { requestId: "id-2" })).value).toBe(1);
    await t.host.close();
    expect(notes()).toEqual([
      `registered ${JSON.stringify({
        functionName: spec.name,
        functionVersion: "$LATEST",
        handler: "index.handler",
        accountId: "000000000000",
      })}`,
      "INVOKE id-1",
      "INVOKE id-2",
      "SHUTDOWN spindown",
    ]);
    expect(t.logLines).toContain(
      "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n",
    );
    expect(t.logLines).toContain("saw INVOKE\n");
  });

  test("opt: a script finds its files under /opt, where the machine can show it", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer({
      "extensions/by-path": `#!/bin/sh\nexec /opt/by-path/run\n`,
      "by-path/run": `#!/bin/sh
grep -q sandbox.localdomain /etc/hosts && echo named >> "$NOTES"
exec node /opt/by-path/main.js`,
      "by-path/main.js": extension(followEvents).replace(
        `require("node:path").basename(__filename)`,
        `"by-path"`,
      ),
    });
    const answer = await t.invoke(spec);
    expect(answer.value).toBe(1);
    expect(notes()[0]).toBe("named");
  });

  test("next: a slow one delays the next invocation, not the answer", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer({
      "extensions/slow": extension(`
        for (;;) {
          const event = await next();
          if (event.eventType === "SHUTDOWN") process.exit(0);
          await new Promise((resolve) => setTimeout(resolve, 300));
          note("done " + event.requestId);
        }`),
    });
    await t.invoke(spec, {}, { requestId: "id-1" });
    expect(notes()).toEqual([]);
    await t.invoke(spec, {}, { requestId: "id-2" });
    await expect.poll(() => t.logLines.join("")).toMatch(/REPORT RequestId: id-1\tDuration: \d{3}/);
    const starts = t.logLines.filter((line) => line.startsWith("INIT_START"));
    expect(starts.length + notes().length).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ["crashes at once", `process.exit(3);`, "Extension.Crash", "exit status 3"],
    [
      "tells an init error",
      `await call("POST", api + "init/error", { ...mine, "Lambda-Extension-Function-Error-Type": "Extension.NoConfig" }, { errorMessage: "none" }); process.exit(1);`,
      "Extension.InitError",
      "Extension.NoConfig: none",
    ],
  ])("start: one that %s fails the function", async (_title, body, errorType, reason) => {
    t = await createTestHost();
    const { spec } = withLayer({ "extensions/bad": extension(body) });
    const { value, report } = await t.invoke(spec, {}, { requestId: "id-1" });
    expect(value).toEqual({
      errorType,
      errorMessage: `RequestId: id-1 Error: bad: ${reason}`,
    });
    expect(report.status).toBe("error");
    expect(t.logLines.join("")).toContain(`Status: error\tError Type: ${errorType}\n`);
  });

  test("exit/error: ends the environment, and the next invocation gets a new one", async () => {
    t = await createTestHost();
    const { spec } = withLayer(
      {
        "extensions/once": extension(`
        await next();
        await call("POST", api + "exit/error", { ...mine, "Lambda-Extension-Function-Error-Type": "Extension.Lost" });
        process.exit(1);`),
      },
      {},
      {
        "index.js": `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 9000));`,
      },
    );
    const { value } = await t.invoke(spec, {}, { requestId: "id-1" });
    expect(value).toEqual({
      errorType: "Extension.ExitError",
      errorMessage: "RequestId: id-1 Error: once: Extension.Lost",
    });
  });
});

describe("internal extensions", () => {
  test("register: from the function's own process, and SHUTDOWN is not for them", async () => {
    t = await createTestHost();
    const spec = t.define({
      "index.mjs": `
        const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension/";
        const register = (events) => fetch(api + "register", { method: "POST", headers: { "Lambda-Extension-Name": "inner" }, body: JSON.stringify({ events }) });
        const refused = await (await register(["SHUTDOWN"])).json();
        const id = (await register(["INVOKE"])).headers.get("lambda-extension-identifier");
        const seen = [];
        const follow = async () => { for (;;) seen.push((await (await fetch(api + "event/next", { headers: { "Lambda-Extension-Identifier": id } })).json()).requestId); };
        follow();
        process.on("SIGTERM", () => { console.log("asked to end"); process.exit(0); });
        export const handler = async () => { await new Promise((r) => setTimeout(r, 50)); const late = await register(["INVOKE"]); return { refused, seen, late: (await late.json()).errorType }; };`,
    });
    const { value } = await t.invoke(spec, {}, { requestId: "id-1" });
    expect(value).toEqual({
      refused: expect.objectContaining({ errorType: "Extension.InvalidEventType" }),
      seen: ["id-1"],
      late: "Extension.RegistrationClosed",
    });
    await t.host.close();
    expect(t.logLines.some((line) => line.endsWith("asked to end\n"))).toBe(true);
  });
});

/** Listens before it subscribes, and notes the type of each event it gets. */
const receiver = (subscribe: string, path: string) =>
  extension(`
  const server = require("node:http").createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      for (const event of JSON.parse(Buffer.concat(chunks))) note(event.type + " " + JSON.stringify(event.record));
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, process.env.AWS_SAM_LOCAL ? "127.0.0.1" : "sandbox.localdomain", resolve));
  const destination = { protocol: "HTTP", URI: "http://sandbox.localdomain:" + server.address().port };
  const answer = await call("PUT", base + "${path}", mine, { destination, ${subscribe} });
  note("subscribed " + answer.status + " " + (await answer.text()));
  for (;;) if ((await next()).eventType === "SHUTDOWN") { note("told"); setTimeout(() => process.exit(0), 100); }`);

describe("telemetry", () => {
  test("telemetry: platform, function and extension events, in order", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer({
      "extensions/receiver": receiver(
        `schemaVersion: "2022-12-13", types: ["platform", "function"], buffering: { timeoutMs: 25 }`,
        "/2022-07-01/telemetry",
      ),
    });
    await t.invoke(spec, {}, { requestId: "id-1", trace: "Root=1-a;Parent=b;Sampled=1" });
    await t.host.close();
    const types = notes().map((line) => line.split(" ")[0]);
    expect(notes()).toContain("subscribed 200 OK");
    expect(types.filter((type) => /^(platform|function)/.test(type ?? ""))).toEqual([
      "platform.initStart",
      "platform.extension",
      "platform.telemetrySubscription",
      "platform.extension",
      "platform.initRuntimeDone",
      "platform.initReport",
      "platform.start",
      "function",
      "platform.runtimeDone",
      "platform.report",
    ]);
    const start = notes().find((line) => line.startsWith("platform.start "));
    expect(JSON.parse(start?.slice("platform.start ".length) ?? "")).toEqual({
      requestId: "id-1",
      version: "$LATEST",
      tracing: { type: "X-Amzn-Trace-Id", value: "Root=1-a;Parent=b;Sampled=1" },
    });
    expect(t.logLines).toContain(
      "TELEMETRY\tName: receiver\tState: Subscribed\tTypes: [Platform, Function]\n",
    );
  });

  test("telemetry: what a function logs as JSON is told as an object", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer(
      {
        "extensions/receiver": receiver(
          `schemaVersion: "2025-01-29", types: ["function"]`,
          "/2022-07-01/telemetry",
        ),
      },
      { logFormat: "JSON" },
    );
    await t.invoke(spec, {}, { requestId: "id-1" });
    await t.host.close();
    const told = notes().find((line) => line.startsWith("function "));
    expect(JSON.parse(told?.slice("function ".length) ?? "")).toMatchObject({
      level: "INFO",
      message: "hello",
      requestId: "id-1",
    });
  });

  test("logs: the older API, with its own events", async () => {
    t = await createTestHost();
    const { spec, notes } = withLayer({
      "extensions/receiver": receiver(
        `schemaVersion: "2021-03-18", types: ["platform", "function"]`,
        "/2020-08-15/logs",
      ),
    });
    await t.invoke(spec);
    await t.host.close();
    const types = notes().map((line) => line.split(" ")[0]);
    expect(types).toEqual(expect.arrayContaining(["platform.end", "platform.report", "function"]));
    expect(types).not.toContain("platform.initStart");
  });

  test.each([
    [`types: ["all"], schemaVersion: "2022-12-13"`, "types"],
    [`types: ["platform"], schemaVersion: "2000-01-01"`, "schemaVersion"],
    [`types: ["platform"], schemaVersion: "2022-12-13", buffering: { maxItems: 1 }`, "buffering"],
  ])("telemetry: refuses %s", async (subscribe, problem) => {
    t = await createTestHost();
    const { spec, notes } = withLayer({
      "extensions/receiver": receiver(subscribe, "/2022-07-01/telemetry"),
    });
    await t.invoke(spec);
    expect(notes()[0]).toBe(
      `subscribed 400 ${JSON.stringify({
        errorMessage: `Invalid subscription: ${problem}`,
        errorType: "ValidationError",
      })}`,
    );
  });
});
