import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FunctionSpec } from "./function-host.ts";
import { createRuntimes } from "./runtimes/runtimes.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

/** The oldest supported runtime: it runs on any later Python that the machine has. */
const runtime = "python3.9";
const interpreter = await createRuntimes({ interpreters: {} })
  .find(runtime)
  .catch(() => undefined);

/** One whose Python has no boto3 of its own, and takes that of an earlier Python. */
const borrower = await findBorrower();

async function findBorrower(): Promise<string | undefined> {
  const runtimes = createRuntimes({ interpreters: {} });
  for (const { runtime: name, note } of await runtimes.statuses()) {
    if (note?.includes("boto3")) {
      return name;
    }
  }
  return undefined;
}

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

const python = (text: string, spec: Partial<FunctionSpec> = {}): FunctionSpec =>
  t.define({ "app.py": text }, { runtime, handler: "app.handler", ...spec });

describe.skipIf(!interpreter)("python functions (skipped where there is no Python)", () => {
  test("invoke: the event, the context, the state of a warm environment", async () => {
    const spec = python(`
import os
count = 0
def handler(event, context):
    global count
    count += 1
    return {
        "event": event, "count": count, "id": context.aws_request_id, "name": context.function_name,
        "version": context.function_version, "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb, "group": context.log_group_name,
        "stream": context.log_stream_name, "left": context.get_remaining_time_in_millis() > 5000,
        "custom": context.client_context and context.client_context.custom,
        "identity": context.identity.cognito_identity_id, "cwd": os.getcwd(),
        "trace": os.environ.get("_X_AMZN_TRACE_ID"),
    }
`);
    const first = await t.invoke(spec, { a: "ä\u{1f600}" }, { requestId: "id-1" });
    expect(first.value).toEqual({
      event: { a: "ä\u{1f600}" },
      count: 1,
      id: "id-1",
      name: spec.name,
      version: "$LATEST",
      arn: spec.arn,
      memory: "128",
      group: spec.logGroup,
      stream: first.logStream,
      left: true,
      custom: null,
      identity: null,
      cwd: spec.codeDirectory,
      trace: null,
    });
    const second = await t.invoke(
      spec,
      {},
      {
        clientContext: `{"custom":{"k":"v"}}`,
        cognitoIdentity: `{"cognitoIdentityId":"who"}`,
        trace: "Root=1-a;Parent=b;Sampled=0",
      },
    );
    expect(second.value).toMatchObject({
      count: 2,
      custom: { k: "v" },
      identity: "who",
      trace: "Root=1-a;Parent=b;Sampled=0",
    });
    expect(second.report.memoryUsedMaxMb).toBeGreaterThan(5);
  });

  test("invoke: modules in folders and packages, layers in order", async () => {
    const layers = [1, 2].map((n) => t.define({ "python/shared.py": `value = ${n}` }));
    const spec = t.define(
      {
        "src/api/orders.py":
          "from src.lib import f\nimport shared\ndef main(e, c): return [f(), shared.value]",
        "src/lib/__init__.py": "def f(): return 7",
      },
      {
        runtime,
        handler: "src.api.orders.main",
        layerDirectories: layers.map((layer) => layer.codeDirectory),
      },
    );
    expect((await t.invoke(spec)).value).toEqual([7, 2]);
    expect(
      (await t.invoke({ ...spec, handler: "src/api/orders.main", revision: "b" })).value,
    ).toEqual([7, 2]);
  });

  test("results: decimals keep their digits, None is null, bytes go as they are", async () => {
    const spec = python(`
from decimal import Decimal
def handler(event, context):
    if event.get("bytes"): return b"raw"
    if event.get("none"): return None
    return {"price": Decimal("1.10"), "big": Decimal("12345678901234567890.123"), "text": "ä"}
`);
    expect(Buffer.from((await t.invoke(spec)).payload).toString()).toBe(
      '{"price": 1.10, "big": 12345678901234567890.123, "text": "\\u00e4"}',
    );
    expect((await t.invoke(spec, { none: true })).value).toBeNull();
    expect((await t.invoke(spec, { bytes: true })).value).toBe("raw");
  });

  test("logs: prints and log records in order, in Lambda's form", async () => {
    const spec = python(`
import logging, os, sys
logger = logging.getLogger("orders")
print("at start")
def handler(event, context):
    print("printed", 1)
    logger.warning("warned %s", "twice\\nor more")
    logging.getLogger().setLevel(logging.INFO)
    logger.info("informed")
    sys.stderr.write("error output\\n")
    sys.stdout.buffer.write(b"bytes\\n")
    sys.stdout.flush()
    os.system("echo from a child")
`);
    const { logTail } = await t.invoke(spec, {}, { requestId: "id-3" });
    const lines = logTail.split("\n");
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(lines[0]).toBe("START RequestId: id-3 Version: $LATEST");
    const rest = lines.filter((line) => line !== "from a child");
    expect(rest).toHaveLength(lines.length - 1);
    expect(rest[1]).toBe("printed 1");
    expect(rest[2]).toMatch(new RegExp(`^\\[WARNING\\]\t${time}\tid-3\twarned twice$`));
    expect(rest[3]).toBe("or more");
    expect(rest[4]).toMatch(new RegExp(`^\\[INFO\\]\t${time}\tid-3\tinformed$`));
    expect(rest.slice(5, 8)).toEqual(["error output", "bytes", "END RequestId: id-3"]);
    expect(t.logLines).toContain("at start\n");
  });

  test("logs: the JSON format", async () => {
    const spec = python(
      `
import logging
def handler(event, context):
    log = logging.getLogger("orders")
    log.debug("hidden")
    log.info("shown", extra={"order": 7})
    try: 1 / 0
    except ZeroDivisionError: log.exception("failed")
`,
      { logFormat: "JSON" },
    );
    const { logTail } = await t.invoke(spec, {}, { requestId: "id-4" });
    const lines = logTail
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: "platform.start" },
      { level: "INFO", message: "shown", logger: "orders", requestId: "id-4", order: 7 },
      {
        level: "ERROR",
        message: "failed",
        errorType: "ZeroDivisionError",
        errorMessage: "division by zero",
      },
      { type: "platform.report" },
    ]);
    expect(Object.keys(lines[1])).not.toContain("taskName");
  });

  test("errors: an exception is the result, with the stack of the function's code", async () => {
    const spec = python(`
def inner():
    raise KeyError("nope")
def handler(event, context):
    inner()
`);
    const answer = await t.invoke(spec, {}, { requestId: "id-5" });
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toMatchObject({
      errorType: "KeyError",
      errorMessage: "'nope'",
      requestId: "id-5",
    });
    const { stackTrace } = answer.value as { stackTrace: string[] };
    expect(stackTrace).toHaveLength(2);
    expect(stackTrace[0]).toContain(`app.py", line 5, in handler\n`);
    expect(answer.logTail).toContain(
      "[ERROR] KeyError: 'nope'\nTraceback (most recent call last):\n",
    );
    expect((await t.invoke(spec)).logStream).toBe(answer.logStream);
  });

  test.each([
    [
      "a module that is not there",
      "import left_pad",
      "Runtime.ImportModuleError",
      "Unable to import module 'app': No module named 'left_pad'",
    ],
    [
      "a handler that is not there",
      "x = 1",
      "Runtime.HandlerNotFound",
      "Handler 'handler' missing on module 'app'",
    ],
    [
      "a syntax error",
      "def handler(:",
      "Runtime.UserCodeSyntaxError",
      "Syntax error in module 'app': ",
    ],
    ["code that throws", "raise ValueError('config')", "ValueError", "config"],
  ])("start: %s is the result of the invocation", async (_title, text, errorType, message) => {
    const answer = await t.invoke(python(text));
    expect(answer.value).toMatchObject({ errorType, requestId: "" });
    expect((answer.value as { errorMessage: string }).errorMessage).toContain(message);
    expect(answer.logTail).toContain(`[ERROR] ${errorType}: ${message}`);
    expect(answer.logTail).toContain(`Phase: invoke\tStatus: error\tError Type: ${errorType}\n`);
  });

  test("errors: results that JSON cannot hold, and handlers without a name", async () => {
    const spec = python("def handler(e, c): return {1, 2}");
    expect((await t.invoke(spec)).value).toMatchObject({
      errorType: "Runtime.MarshalError",
      errorMessage: "Unable to marshal response: Object of type set is not JSON serializable",
    });
    const bad = python("", { handler: "app" });
    expect((await t.invoke(bad)).value).toMatchObject({
      errorType: "Runtime.MalformedHandlerName",
      errorMessage: "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
    });
    const builtin = python("", { handler: "sys.exit" });
    expect((await t.invoke(builtin)).value).toMatchObject({
      errorMessage: "Cannot use built-in module sys as a handler module",
    });
    const large = python("def handler(e, c): return 'x' * 6291555");
    expect((await t.invoke(large)).value).toMatchObject({
      errorType: "Function.ResponseSizeTooLarge",
    });
  });

  test("errors: sys.exit and crashes end the environment", async () => {
    const spec = python(`
import os, sys
def handler(event, context):
    if event.get("signal"): os.kill(os.getpid(), event["signal"])
    sys.exit(event["status"])
`);
    const message = async (event: object): Promise<unknown> =>
      (await t.invoke(spec, event, { requestId: "id" })).value;
    expect(await message({ status: 3 })).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: id Error: Runtime exited with error: exit status 3",
    });
    expect(await message({ signal: 11 })).toMatchObject({
      errorMessage: "RequestId: id Error: Runtime exited with error: signal: segmentation fault",
    });
  });
});

test.skipIf(!borrower)(
  "python: boto3 of another Python is found, and its other packages are not (skipped where each has its own)",
  async () => {
    const spec = python(
      `
import sys
import boto3
from botocore.config import Config
def handler(event, context):
    client = boto3.client("sqs", region_name="us-east-1", config=Config(retries={"max_attempts": 1}))
    folder = boto3.__file__.split("/boto3/")[0]
    return [client.meta.service_model.service_name, folder in sys.path]
`,
      { runtime: borrower ?? "" },
    );
    expect((await t.invoke(spec)).value).toEqual(["sqs", false]);
  },
);
