import { beforeEach, describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import {
  FunctionHostBusy,
  FunctionHostClosed,
  RuntimeUnavailable,
} from "../../functions/function-host.ts";
import { createLambdaFixture, type LambdaFixture } from "../../testing/lambda-fixture.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

let fixture: LambdaFixture;
let call: LambdaFixture["call"];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  call = fixture.call;
});

describe("invoke", () => {
  beforeEach(() => fixture.createFunction("orders"));

  test("answers what the function returns", async () => {
    fixture.host.script("orders", (event) => ({ got: event }));
    const answer = await call("Invoke", {
      FunctionName: "orders",
      Payload: utf8Encode('{"a":1}'),
      LogType: "Tail",
    });
    expect(answer).toEqual({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      Payload: utf8Encode('{"got":{"a":1}}'),
      LogResult: expect.any(String),
    });
    expect(Buffer.from(answer.LogResult ?? "", "base64").toString()).toContain("START RequestId");
  });

  test("a failure of the function is an answer", async () => {
    fixture.host.script("orders", () => {
      throw new RangeError("no");
    });
    const answer = await call("Invoke", { FunctionName: "orders" });
    expect(answer.StatusCode).toBe(200);
    expect(answer.FunctionError).toBe("Unhandled");
    expect(JSON.parse(utf8Decode(answer.Payload ?? new Uint8Array(0)))).toMatchObject({
      errorType: "RangeError",
      errorMessage: "no",
    });
  });

  test.each([
    [new FunctionHostClosed(), { code: "ServiceException", status: 500 }],
    [new FunctionHostBusy(10_000), { code: "TooManyRequestsException", status: 429 }],
    [
      new RuntimeUnavailable({ runtime: "ruby3.4", problem: "No Ruby.", remedy: "Get it." }),
      { code: "InvalidRuntimeException", status: 502 },
    ],
  ])("a host that cannot run it is told in Lambda's words: %s", async (error, refusal) => {
    fixture.host.breakDown(error);
    await expect(call("Invoke", { FunctionName: "orders" })).rejects.toMatchObject(refusal);
  });

  test("gives the host all it needs", async () => {
    await call("UpdateFunctionConfiguration", {
      FunctionName: "orders",
      Timeout: 9,
      Environment: { Variables: { A: "1" } },
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: "mine" },
    });
    await call(
      "Invoke",
      {
        FunctionName: ARN,
        ClientContext: Buffer.from('{"custom":1}').toString("base64"),
      },
      { requestId: "r1" },
    );
    const [{ spec, invocation } = never()] = fixture.host.calls;
    expect(spec).toMatchObject({
      arn: ARN,
      name: "orders",
      version: "$LATEST",
      runtime: "nodejs20.x",
      handler: "index.handler",
      timeoutMs: 9_000,
      memoryMb: 128,
      ephemeralStorageMb: 512,
      environment: { A: "1" },
      logGroup: "mine",
      logFormat: "JSON",
      applicationLogLevel: "INFO",
      layerDirectories: [],
    });
    expect(spec.codeDirectory).toBe(`/code/${fixture.unpacked[0]}`);
    expect(invocation).toEqual({
      requestId: "r1",
      payload: utf8Encode("{}"),
      invokedArn: ARN,
      clientContext: '{"custom":1}',
      trace: expect.stringMatching(
        /^Root=1-6955b900-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1;Lineage=[0-9a-f]{8}:1$/,
      ),
    });
  });

  test("unpacks a package once", async () => {
    const before = fixture.unpacked.length;
    await Promise.all([1, 2, 3].map(() => call("Invoke", { FunctionName: "orders" })));
    expect(fixture.unpacked.length).toBe(before + 1);
  });

  test("a dry run only looks", async () => {
    const dryRun = { FunctionName: "orders", InvocationType: "DryRun" };
    expect((await call("Invoke", dryRun)).StatusCode).toBe(204);
    expect(fixture.host.calls).toEqual([]);
    await expect(call("Invoke", { ...dryRun, FunctionName: "no" })).rejects.toThrow("not found");
  });

  test("refuses payloads that are no JSON, or too large", async () => {
    const send = (payload: string, InvocationType = "RequestResponse") =>
      call("Invoke", {
        FunctionName: "orders",
        InvocationType,
        Payload: utf8Encode(payload),
      });
    await expect(send("{no")).rejects.toMatchObject({
      code: "InvalidRequestContentException",
      message: expect.stringMatching(
        /^Could not parse request body into json: Could not parse payload into json: /,
      ),
    });
    const over = (bytes: number) => `"${"x".repeat(bytes - 1)}"`;
    await expect(send(over(6_291_456))).rejects.toMatchObject({
      code: "RequestTooLargeException",
      message:
        "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
    });
    await expect(send(over(1_048_576), "Event")).rejects.toThrow(
      "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    );
  });

  const never = (): never => {
    throw new Error("the function was not called");
  };
});

describe("concurrency", () => {
  beforeEach(() => fixture.createFunction("orders"));

  test("reserved concurrency throttles what is above it", async () => {
    await call("PutFunctionConcurrency", {
      FunctionName: "orders",
      ReservedConcurrentExecutions: 1,
    });
    let finish = (): void => {};
    fixture.host.script("orders", () => new Promise<void>((resolve) => (finish = resolve)));
    const first = call("Invoke", { FunctionName: "orders" });
    await fixture.clock.advance(0);
    await expect(call("Invoke", { FunctionName: "orders" })).rejects.toMatchObject({
      code: "TooManyRequestsException",
      status: 429,
      message: "Rate Exceeded.",
      members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", Type: "User" },
    });
    finish();
    await first;
    const third = call("Invoke", { FunctionName: "orders" });
    await fixture.clock.advance(0);
    finish();
    expect((await third).StatusCode).toBe(200);
  });

  test("zero throttles everything, and deleting the setting ends that", async () => {
    await call("PutFunctionConcurrency", {
      FunctionName: "orders",
      ReservedConcurrentExecutions: 0,
    });
    await expect(call("Invoke", { FunctionName: "orders" })).rejects.toThrow("Rate Exceeded.");
    await call("DeleteFunctionConcurrency", { FunctionName: "orders" });
    expect((await call("Invoke", { FunctionName: "orders" })).StatusCode).toBe(200);
    expect(await call("GetFunctionConcurrency", { FunctionName: "orders" })).toEqual({});
  });

  test("reservations leave 100 to the others, and the account shows the rest", async () => {
    const reserve = (ReservedConcurrentExecutions: number) =>
      call("PutFunctionConcurrency", { FunctionName: "orders", ReservedConcurrentExecutions });
    await expect(reserve(901)).rejects.toThrow(
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
    await reserve(900);
    expect(await call("GetAccountSettings", {})).toEqual({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1_000,
        UnreservedConcurrentExecutions: 100,
      },
      AccountUsage: { TotalCodeSize: 22, FunctionCount: 1 },
    });
    await fixture.createFunction("other");
    fixture.host.script("other", () => new Promise(() => {}));
    const many = Array.from({ length: 100 }, () => call("Invoke", { FunctionName: "other" }));
    await fixture.clock.advance(0);
    await expect(call("Invoke", { FunctionName: "other" })).rejects.toMatchObject({
      members: { Reason: "ConcurrentInvocationLimitExceeded" },
    });
    expect(many.length).toBe(fixture.host.running.now);
  });
});
