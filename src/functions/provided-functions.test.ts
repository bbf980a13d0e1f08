import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FunctionSpec } from "./function-host.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

/** A runtime in Node.js, with nothing but HTTP: `handle` gets the event and its headers. */
const bootstrap = (body: string) => `#!/usr/bin/env node
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/";
const post = (path, body, headers) => fetch(base + path, { method: "POST", body, headers, duplex: "half" });
(async () => {
  ${body}
})();`;

const loop = (handle: string) =>
  bootstrap(`
  for (;;) {
    const next = await fetch(base + "invocation/next");
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const text = await next.text();
    ${handle}
  }`);

const provided = (script: string, spec: Partial<FunctionSpec> = {}): FunctionSpec =>
  t.define({ bootstrap: script }, { runtime: "provided.al2023", handler: "my.handler", ...spec });

describe("custom runtimes", () => {
  test("invoke: a shell script with curl, as in AWS's tutorial", async () => {
    const spec = provided(`#!/bin/sh
set -eu
while true; do
  headers="$(mktemp)"
  event=$(curl -sS -LD "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  id=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  echo "handling for $_HANDLER" >&2
  curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"event\\":$event}" >/dev/null
done`);
    for (const n of [1, 2]) {
      const answer = await t.invoke(spec, { n });
      expect(answer.value).toEqual({ event: { n } });
      expect(answer.logTail).toContain("handling for my.handler\n");
      expect(answer.logTail).toMatch(/END .*\nREPORT /);
    }
  });

  test("next: gives what the runtime has to know", async () => {
    const spec = provided(
      loop(`
    const headers = Object.fromEntries(next.headers);
    await post("invocation/" + id + "/response", JSON.stringify({ headers, handler: process.env._HANDLER, execution: process.env.AWS_EXECUTION_ENV ?? null, now: Date.now() }));`),
    );
    const { value } = await t.invoke(
      spec,
      {},
      {
        requestId: "id-1",
        trace: "Root=1-a;Parent=b;Sampled=1",
        clientContext: '{\n"custom": {"name": "ä"}}',
      },
    );
    const { headers, handler, execution, now } = value as {
      headers: Record<string, string>;
      handler: string;
      execution: unknown;
      now: number;
    };
    expect(headers).toMatchObject({
      "lambda-runtime-aws-request-id": "id-1",
      "lambda-runtime-invoked-function-arn": spec.arn,
      "lambda-runtime-trace-id": "Root=1-a;Parent=b;Sampled=1",
      "lambda-runtime-client-context": Buffer.from('{ "custom": {"name": "ä"}}').toString("latin1"),
      "content-type": "application/json",
    });
    const left = Number(headers["lambda-runtime-deadline-ms"]) - now;
    expect(left > 8000 && left <= 10_000).toBe(true);
    expect([handler, execution]).toEqual(["my.handler", null]);
  });

  test("error: is the result; init/error is that of the start", async () => {
    const failing = provided(
      loop(
        `await post("invocation/" + id + "/error", JSON.stringify({ errorType: "OrderError", errorMessage: "no" }));`,
      ),
    );
    const answer = await t.invoke(failing);
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toEqual({ errorType: "OrderError", errorMessage: "no" });
    const broken = provided(
      bootstrap(
        `await post("init/error", JSON.stringify({ errorType: "Runtime.Config", errorMessage: "none" })); process.exit(1);`,
      ),
    );
    const start = await t.invoke(broken);
    expect(start.value).toEqual({ errorType: "Runtime.Config", errorMessage: "none" });
    expect(start.logTail).toContain("Phase: invoke\tStatus: error\tError Type: Runtime.Config\n");
  });

  test("response: streamed in chunks, with an error in the trailers or without", async () => {
    const spec = provided(
      `#!/usr/bin/env node
const http = require("node:http");
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const call = (method, path, headers, send) => new Promise((resolve) => {
  const request = http.request({ hostname, port, method, path: "/2018-06-01/runtime/" + path, headers }, (response) => {
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("end", () => resolve({ response, text: Buffer.concat(chunks).toString() }));
  });
  send(request);
});
(async () => {
  for (;;) {
    const { response, text } = await call("GET", "invocation/next", {}, (request) => request.end());
    const id = response.headers["lambda-runtime-aws-request-id"];
    await call("POST", "invocation/" + id + "/response", {
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      "Transfer-Encoding": "chunked",
      "Content-Type": "text/plain",
      Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    }, (request) => {
      request.write("one ");
      request.write("two");
      if (JSON.parse(text).fail) {
        const body = Buffer.from(JSON.stringify({ errorType: "Late", errorMessage: "x" })).toString("base64");
        request.addTrailers({ "Lambda-Runtime-Function-Error-Type": "Late", "Lambda-Runtime-Function-Error-Body": body });
      }
      request.end();
    });
  }
})();`,
    );
    const answer = await t.invoke(spec);
    expect(Buffer.from(answer.payload).toString()).toBe("one two");
    expect(answer.streamedContentType).toBe("text/plain");
    const failed = await t.invoke(spec, { fail: true });
    expect(failed.value).toEqual({ errorType: "Late", errorMessage: "x" });
    expect(failed.functionError).toBe("Unhandled");
  });

  test("response: statuses are AWS's, and what is refused changes nothing", async () => {
    const spec = provided(
      loop(`
    const statuses = {};
    const of = async (name, response) => { const r = await response; statuses[name] = [r.status, await r.json()]; };
    await of("unknown", post("invocation/other/response", "1"));
    await of("path", post("nothing", "1"));
    await of("again", fetch(base + "invocation/next"));
    const event = JSON.parse(text);
    if (event.large) { await of("large", post("invocation/" + id + "/response", "x".repeat(6291557))); console.log(JSON.stringify(statuses)); }
    else await post("invocation/" + id + "/response", JSON.stringify(statuses));`),
    );
    expect((await t.invoke(spec)).value).toEqual({
      unknown: [400, { errorType: "InvalidRequestID", errorMessage: "Invalid request ID" }],
      path: [404, expect.objectContaining({ errorType: "NotFound" })],
      again: [403, expect.objectContaining({ errorType: "InvalidStateTransition" })],
    });
    const large = await t.invoke(spec, { large: true });
    expect(large.value).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
    await expect
      .poll(() => t.logLines.join(""), { interval: 10 })
      .toContain(
        `"large":[413,{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}]`,
      );
  });

  test("entry: none, one that cannot run, one that ends", async () => {
    const none = t.define({ "readme.txt": "" }, { runtime: "provided.al2" });
    expect((await t.invoke(none, {}, { requestId: "id" })).value).toEqual({
      errorType: "Runtime.InvalidEntrypoint",
      errorMessage:
        "RequestId: id Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    });
    const ends = provided("#!/bin/sh\necho bye\nexit 7\n");
    const answer = await t.invoke(ends, {}, { requestId: "id" });
    expect(answer.value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: id Error: Runtime exited with error: exit status 7",
    });
    expect(answer.logTail).toContain("bye\n");
  });

  test("entry: a bootstrap from a layer", async () => {
    const layer = provided(loop(`await post("invocation/" + id + "/response", "\\"layer\\"");`));
    const spec = t.define(
      { "function.sh": "" },
      { runtime: "provided.al2023", layerDirectories: [layer.codeDirectory] },
    );
    expect((await t.invoke(spec)).value).toBe("layer");
  });

  test("entry: a program of another processor is refused by name", async () => {
    const elf = Buffer.alloc(64);
    elf.write("\x7fELF");
    elf.writeUInt16LE(process.arch === "x64" ? 183 : 62, 18);
    const spec = provided(`#!${elf.toString("latin1")}`);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${spec.codeDirectory}/bootstrap`, elf);
    await expect(t.invoke(spec)).rejects.toThrow(/The bootstrap of .* is a Linux program for /);
  });
});
