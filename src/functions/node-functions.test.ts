import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

const echo = `async (event) => ({ event })`;

describe("node handlers", () => {
  test.each([
    ["CommonJS", "index.handler", { "index.js": `exports.handler = ${echo}` }],
    [
      "an ES module by its extension",
      "index.handler",
      { "index.mjs": `export const handler = ${echo}` },
    ],
    [
      "an ES module by its package",
      "index.handler",
      { "index.js": `export const handler = ${echo}`, "package.json": `{"type":"module"}` },
    ],
    [
      "top-level await",
      "index.handler",
      { "index.mjs": `const f = await Promise.resolve(${echo}); export { f as handler }` },
    ],
    ["a .cjs file", "index.handler", { "index.cjs": `exports.handler = ${echo}` }],
    ["a folder", "src/api/orders.main", { "src/api/orders.js": `exports.main = ${echo}` }],
    ["a nested export", "index.a.b", { "index.js": `exports.a = { b: ${echo} }` }],
    [
      "a callback",
      "index.handler",
      { "index.js": `exports.handler = (event, context, done) => done(null, { event })` },
    ],
    [
      "context.succeed",
      "index.handler",
      { "index.js": `exports.handler = (event, context) => context.succeed({ event })` },
    ],
    [
      "context.done",
      "index.handler",
      { "index.js": `exports.handler = (event, context) => context.done(null, { event })` },
    ],
    [
      "a module that is required",
      "index.handler",
      { "index.js": `exports.handler = require("./lib/f").f`, "lib/f.js": `exports.f = ${echo}` },
    ],
  ])("invoke: runs %s", async (_title, handler, files) => {
    const answer = await t.invoke(t.define(files, { handler }), { a: [1, "ä"] });
    expect(answer.value).toEqual({ event: { a: [1, "ä"] } });
    expect(answer.functionError).toBeUndefined();
  });

  test("invoke: a callback waits until nothing is left to do, unless told otherwise", async () => {
    const files = {
      "index.js": `
        exports.handler = (event, context, done) => {
          context.callbackWaitsForEmptyEventLoop = event.waits;
          const late = { done: false };
          setTimeout(() => { late.done = true; }, 30);
          done(null, late);
        };`,
    };
    const spec = t.define(files);
    expect((await t.invoke(spec, { waits: false })).value).toEqual({ done: false });
    expect((await t.invoke(spec, { waits: true })).value).toEqual({ done: true });
  });

  test("invoke: a handler that ends without an answer has answered null", async () => {
    const spec = t.define({ "index.js": `exports.handler = () => { setTimeout(() => {}, 5); }` });
    expect((await t.invoke(spec)).value).toBeNull();
    const never = t.define({ "index.js": `exports.handler = () => new Promise(() => {})` });
    expect((await t.invoke(never)).value).toBeNull();
    expect((await t.invoke(never)).value).toBeNull();
  });

  test("invoke: undefined becomes null, and bytes arrive as they were", async () => {
    const spec = t.define({ "index.js": `exports.handler = async (event) => event.text` });
    expect(Buffer.from((await t.invoke(spec)).payload).toString()).toBe("null");
    const text = "\u{1f600}\n".repeat(50_000);
    expect((await t.invoke(spec, { text })).value).toBe(text);
  });

  test("invoke: gives the context of the invocation", async () => {
    const spec = t.define(
      {
        "index.js": `
          exports.handler = async (event, context) => ({
            ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID
          });`,
      },
      { memoryMb: 256, timeoutMs: 7000 },
    );
    const first = await t.invoke(
      spec,
      {},
      {
        requestId: "id-1",
        invokedArn: `${spec.arn}:live`,
        clientContext: '{"custom":{"a":1}}',
        trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
      },
    );
    expect(first.value).toMatchObject({
      functionName: spec.name,
      functionVersion: "$LATEST",
      invokedFunctionArn: `${spec.arn}:live`,
      memoryLimitInMB: "256",
      awsRequestId: "id-1",
      logGroupName: `/aws/lambda/${spec.name}`,
      logStreamName: first.logStream,
      clientContext: { custom: { a: 1 } },
      trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    });
    expect((first.value as { remaining: number }).remaining).toBeGreaterThan(6000);
    expect(first.logTail).toContain(
      "XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 53995c3f42cd8ad8\tSampled: true\t\n",
    );
    const second = await t.invoke(spec);
    expect(second.value).not.toHaveProperty("trace");
  });

  test("invoke: state outlives an invocation, as in a warm environment", async () => {
    const spec = t.define({ "index.js": `let n = 0; exports.handler = async () => ++n` });
    const first = await t.invoke(spec);
    const second = await t.invoke(spec);
    expect([first.value, second.value]).toEqual([1, 2]);
    expect(second.logStream).toBe(first.logStream);
    expect(first.report.initDurationMs).toBeGreaterThan(0);
    expect(second.report).not.toHaveProperty("initDurationMs");
    expect(first.report.memoryUsedMaxMb).toBeGreaterThan(10);
  });

  test("invoke: callbacks are refused where AWS has removed them", async () => {
    const spec = t.define(
      { "index.js": `exports.handler = (event, context, callback) => callback(null, 1)` },
      { runtime: "nodejs24.x" },
    );
    expect((await t.invoke(spec)).value).toMatchObject({
      errorType: "Runtime.CallbackHandlerDeprecated",
    });
  });
});

describe("node errors", () => {
  test.each([
    ["thrown", `async () => { throw new TypeError("no"); }`, "TypeError", "no"],
    ["thrown at once", `() => { throw new RangeError("far"); }`, "RangeError", "far"],
    ["called back", `(e, c, done) => done(new Error("bad"))`, "Error", "bad"],
    ["called back as text", `(e, c, done) => done("bad")`, "string", "bad"],
    ["context.fail", `(e, c) => c.fail(new Error("bad"))`, "Error", "bad"],
    ["rejected with an object", `async () => { throw { a: 1 }; }`, "object", "[object Object]"],
    [
      "of a class of its own",
      `async () => { class OrderError extends Error { name = "OrderError" } throw new OrderError("x"); }`,
      "OrderError",
      "x",
    ],
    [
      "for a result JSON cannot hold",
      `async () => { const a = {}; a.a = a; return a; }`,
      "Error",
      "Unable to stringify response body",
    ],
    ["for a big integer", `async () => 1n`, "Error", "Unable to stringify response body"],
  ])("invoke: an error %s is the result", async (_title, handler, errorType, errorMessage) => {
    const answer = await t.invoke(t.define({ "index.js": `exports.handler = ${handler}` }));
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toMatchObject({ errorType, errorMessage });
    expect(answer.report).toMatchObject({ status: "error", errorType });
    expect(answer.logTail).toContain("\tERROR\tInvoke Error \t{");
    expect(answer.logTail).not.toContain("Status:");
  });

  test("invoke: an error has its trace, and the environment stays", async () => {
    const spec = t.define({
      "index.js": `let n = 0; exports.handler = async () => { n += 1; throw new Error("n" + n); }`,
    });
    const { value } = await t.invoke(spec);
    expect((value as { trace: string[] }).trace[0]).toBe("Error: n1");
    expect((value as { trace: string[] }).trace[1]).toContain("index.js:1");
    expect((await t.invoke(spec)).value).toMatchObject({ errorMessage: "n2" });
  });

  test.each([
    [
      "a file that is not there",
      {},
      "nothing.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'nothing'\nRequire stack:",
    ],
    [
      "a module that is not there",
      { "index.js": `require("left-pad")` },
      "index.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'left-pad'\nRequire stack:",
    ],
    [
      "an export that is not there",
      { "index.js": `exports.main = 1` },
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is undefined or not exported",
    ],
    [
      "an export that is no function",
      { "index.js": `exports.handler = 1` },
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is not a function",
    ],
    [
      "a syntax error",
      { "index.js": `exports.handler = async ( => 1` },
      "index.handler",
      "Runtime.UserCodeSyntaxError",
      "SyntaxError: ",
    ],
    ["a bad name", { "index.js": "" }, "index", "Runtime.MalformedHandlerName", "Bad handler"],
    [
      "a name that leads outside",
      { "index.js": "" },
      "../index.handler",
      "Runtime.MalformedHandlerName",
      "'../index.handler' is not a valid handler name.",
    ],
    [
      "code that throws",
      { "index.js": `throw new TypeError("config missing")` },
      "index.handler",
      "TypeError",
      "config missing",
    ],
  ])("start: %s is the result of the invocation", async (_title, files, handler, type, message) => {
    const answer = await t.invoke(t.define(files, { handler }));
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toMatchObject({ errorType: type });
    expect((answer.value as { errorMessage: string }).errorMessage).toContain(message);
    expect(answer.logTail).toContain("\tundefined\tERROR\tUncaught Exception \t{");
    expect(answer.logTail).toContain(`Phase: invoke\tStatus: error\tError Type: ${type}\n`);
  });

  test("invoke: an unhandled rejection is the result, and the environment is replaced", async () => {
    const spec = t.define({
      "index.js": `
        let n = 0;
        exports.handler = async (event) => {
          n += 1;
          if (event.fail) {
            Promise.reject(new Error("lost"));
            await new Promise((resolve) => setTimeout(resolve, 5000));
          }
          return n;
        };`,
    });
    await t.invoke(spec);
    const answer = await t.invoke(spec, { fail: true });
    expect(answer.value).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
    expect(answer.logTail).toContain("Unhandled Promise Rejection");
    expect(answer.logTail).toContain("Error: Runtime exited with error: exit status 128\n");
    expect((await t.invoke(spec)).value).toBe(1);
  });

  test("invoke: an uncaught exception is the result, and the environment is replaced", async () => {
    const spec = t.define({
      "index.js": `exports.handler = () => { setTimeout(() => { throw new Error("late"); }, 1); }`,
    });
    const answer = await t.invoke(spec);
    expect(answer.value).toMatchObject({ errorType: "Error", errorMessage: "late" });
    expect(answer.logTail).toContain("\tERROR\tUncaught Exception \t{");
  });

  test.each([
    [1, "Runtime exited with error: exit status 1"],
    [0, "Runtime exited without providing a reason"],
  ])("invoke: process.exit(%i) is told as AWS does", async (status, text) => {
    const spec = t.define({ "index.js": `exports.handler = async () => process.exit(${status})` });
    const answer = await t.invoke(spec, {}, { requestId: "id-7" });
    expect(answer.value).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: id-7 Error: ${text}`,
    });
    expect(answer.logTail).toContain(`RequestId: id-7 Error: ${text}\nRuntime.ExitError\n`);
    expect(answer.logTail).toMatch(/Status: error\tError Type: Runtime.ExitError\t\n$/);
  });

  test("invoke: a result over 6 MB is an error", async () => {
    const spec = t.define({ "index.js": `exports.handler = async (e) => "x".repeat(e.size)` });
    expect(((await t.invoke(spec, { size: 6_291_554 })).value as string).length).toBe(6_291_554);
    expect((await t.invoke(spec, { size: 6_291_555 })).value).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });
});
