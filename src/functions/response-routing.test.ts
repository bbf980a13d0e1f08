/**
 * Code that answers for a custom resource reaches the engine, however it reads the `ResponseURL`:
 * as it is, or as that of S3, whose host it calls by TLS.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { responseModuleOf } from "../deploy/resources/cfn-response.ts";
import { RESPONSE_PATH } from "./bootstraps/response-path.ts";
import { createRuntimes } from "./runtimes/runtimes.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

const runtime = "python3.9";
const interpreter = await createRuntimes({ interpreters: {} })
  .find(runtime)
  .catch(() => undefined);

let t: TestHost;
let engine: Server;
let endpoint: string;
const answers: string[] = [];

beforeAll(async () => {
  engine = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    answers.push(`${request.method} ${request.url} ${Buffer.concat(parts)}`);
    response.end();
  });
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  t = await createTestHost({ endpoint });
});

beforeEach(() => {
  answers.length = 0;
});

afterAll(async () => {
  await t.close();
  engine.close();
});

const event = (): object => ({
  ResponseURL: `${endpoint}${RESPONSE_PATH}token?a=b`,
  StackId: "s",
  RequestId: "r",
  LogicalResourceId: "l",
});

/** As the CDK's providers and AWS's own module do. */
const PUT = `
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const options = { hostname, path: pathname + search, method: "PUT", headers: { "content-type": "" } };
  return new Promise((resolve, reject) => {
    const sent = https.request(OPTIONS, (response) => resolve(response.statusCode));
    sent.on("error", (error) => reject(error));
    sent.end("ü");
  });`;

const put = (options: string): string => `async (event) => {${PUT.replace("OPTIONS", options)}}`;

describe("Node.js", () => {
  test.each([
    [
      "without a port",
      { "index.js": `const https = require("https"); exports.handler = ${put("options")}` },
    ],
    [
      "to port 443",
      {
        "index.js": `const https = require("node:https"); exports.handler = ${put("{ ...options, port: 443 }")}`,
      },
    ],
    [
      "with an agent",
      {
        "index.js": `const https = require("https"); exports.handler = ${put("{ ...options, agent: new https.Agent() }")}`,
      },
    ],
    [
      "by a URL",
      {
        "index.js": `const https = require("https"); exports.handler = ${put("event.ResponseURL, { method: 'PUT' }")}`,
      },
    ],
    [
      "by a function that was taken out",
      {
        "index.js": `const { request } = require("https"); const https = { request }; exports.handler = ${put("options")}`,
      },
    ],
    [
      "from an ES module",
      { "index.mjs": `import https from "node:https"; export const handler = ${put("options")}` },
    ],
    [
      "by a named import",
      {
        "index.mjs": `import { request } from "https"; export const handler = ${put("options").replace("https.request", "request")}`,
      },
    ],
    [
      "by an import in the handler",
      {
        "index.js": `exports.handler = async (event) => { const https = await import("https"); ${PUT.replace("OPTIONS", "options")}}`,
      },
    ],
  ])("https.request %s: goes to the engine", async (_, files) => {
    expect((await t.invoke(t.define(files), event())).value).toBe(200);
    expect(answers).toEqual([`PUT ${RESPONSE_PATH}token?a=b ü`]);
  });

  test("https.request: any other request stays what it is", async () => {
    const index = `const https = require("https"); exports.handler = ${put("{ ...options, path: '/other' }")}`;
    const { value } = await t.invoke(t.define({ "index.js": index }), event());
    expect(value).toMatchObject({ errorMessage: expect.stringContaining("ECONNREFUSED") });
    expect(answers).toEqual([]);
  });

  test("fetch: takes the URL as it is", async () => {
    const index = `exports.handler = async (event) => (await fetch(event.ResponseURL, { method: "PUT", body: "ü" })).status;`;
    expect((await t.invoke(t.define({ "index.js": index }), event())).value).toBe(200);
    expect(answers).toEqual([`PUT ${RESPONSE_PATH}token?a=b ü`]);
  });

  test.each([
    ["a callback handler", "(event, context) => { SEND }"],
    ["an asynchronous handler", "async (event, context) => { await SEND }"],
  ])("cfn-response: answers from %s", async (_, shape) => {
    const send = `response.send(event, context, response.SUCCESS, { a: "ü" }, "id", true)`;
    const index = `const response = require("cfn-response"); exports.handler = ${shape.replace("SEND", send)};`;
    const beside = responseModuleOf("js", index);
    const spec = t.define({ "index.js": index, [beside?.path ?? ""]: beside?.source ?? "" });
    const { functionError } = await t.invoke(spec, event());
    expect(functionError).toBeUndefined();
    const [, , body = ""] = /^(PUT \S+) (.*)$/.exec(answers[0] ?? "") ?? [];
    expect(JSON.parse(body)).toEqual({
      Status: "SUCCESS",
      Reason: expect.stringMatching(/^See the details in CloudWatch Log Stream: .+/),
      PhysicalResourceId: "id",
      StackId: "s",
      RequestId: "r",
      LogicalResourceId: "l",
      NoEcho: true,
      Data: { a: "ü" },
    });
  });
});

describe.skipIf(!interpreter)("Python (skipped where there is none)", () => {
  const python = (text: string): ReturnType<TestHost["define"]> =>
    t.define(
      { "app.py": text, "cfnresponse.py": responseModuleOf("py", text)?.source ?? "" },
      {
        ...{ runtime, handler: "app.handler" },
      },
    );

  test.each([
    [
      "HTTPSConnection to host and port",
      `
from http.client import HTTPSConnection
from urllib.parse import urlsplit, urlunsplit
def handler(event, context):
    parts = urlsplit(event["ResponseURL"])
    connection = HTTPSConnection(parts.netloc)
    connection.request("PUT", urlunsplit(("", "", *parts[2:])), body="ü".encode())
    return connection.getresponse().status
`,
    ],
    [
      "HTTPSConnection to the host",
      `
def handler(event, context):
    import http.client, urllib.parse
    parts = urllib.parse.urlparse(event["ResponseURL"])
    connection = http.client.HTTPSConnection(parts.hostname)
    connection.request("PUT", parts.path + "?" + parts.query, body="ü".encode())
    return connection.getresponse().status
`,
    ],
    [
      "urllib",
      `
import urllib.request
def handler(event, context):
    request = urllib.request.Request(event["ResponseURL"], data="ü".encode(), method="PUT")
    return urllib.request.urlopen(request).status
`,
    ],
  ])("%s: reaches the engine", async (_, text) => {
    expect((await t.invoke(python(text), event())).value).toBe(200);
    expect(answers).toEqual([`PUT ${RESPONSE_PATH}token?a=b ü`]);
  });

  test("HTTPSConnection: any other request stays what it is", async () => {
    const text = `
import http.client
def handler(event, context):
    http.client.HTTPSConnection("127.0.0.1").request("PUT", "/other")
`;
    const { value } = await t.invoke(python(text), event());
    expect(value).toMatchObject({ errorType: "ConnectionRefusedError" });
    expect(answers).toEqual([]);
  });

  test("cfnresponse: answers", async () => {
    const text = `
import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.FAILED, {"a": "ü"}, reason="no luck")
`;
    const { functionError } = await t.invoke(python(text), event());
    expect(functionError).toBeUndefined();
    const [, , body = ""] = /^(PUT \S+) (.*)$/.exec(answers[0] ?? "") ?? [];
    expect(JSON.parse(body)).toMatchObject({
      Status: "FAILED",
      Reason: "no luck",
      Data: { a: "ü" },
    });
  });
});
