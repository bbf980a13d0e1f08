/** Pipes that start, stop, change and are cut off; and what they write into their logs. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPipesFixture, type PipesFixture } from "../../testing/pipes-fixture.ts";

const LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function";

let pipes: PipesFixture;

beforeEach(async () => {
  pipes = createPipesFixture();
  await pipes.queue("source", { VisibilityTimeout: "30" });
  await pipes.queue("target");
});

afterEach(() => pipes.stop());

describe("a pipe", () => {
  test("that is stopped leaves the queue alone, until it is started", async () => {
    await pipes.pipe({ DesiredState: "STOPPED" });
    await pipes.send("source", "a");
    expect(await pipes.left("source")).toBe(1);
    await pipes.call("StartPipe", { Name: "pipe" });
    await pipes.clock.advance(0);
    expect(await pipes.left("target")).toBe(1);
    await pipes.call("StopPipe", { Name: "pipe" });
    await pipes.clock.advance(0);
    await pipes.send("source", "b");
    expect([await pipes.left("source"), await pipes.left("target")]).toEqual([1, 1]);
  });

  test("that is changed goes on as it is now", async () => {
    await pipes.queue("other");
    await pipes.pipe({});
    await pipes.call("UpdatePipe", {
      Name: "pipe",
      RoleArn: "arn:aws:iam::000000000000:role/pipe",
      Target: "arn:aws:sqs:us-east-1:000000000000:other",
    });
    await pipes.clock.advance(0);
    await pipes.send("source", "a");
    expect([await pipes.left("target"), await pipes.left("other")]).toEqual([0, 1]);
  });

  test("that is deleted reads no more", async () => {
    await pipes.pipe({});
    await pipes.call("DeletePipe", { Name: "pipe" });
    await pipes.clock.advance(0);
    await pipes.send("source", "a");
    expect(await pipes.left("source")).toBe(1);
  });

  test("that is cut off while the target works delivers again, and loses nothing", async () => {
    const bodies: string[] = [];
    let answer: (() => void) | undefined;
    pipes.script("lambda:Invoke", async ({ Payload }) => {
      bodies.push(...JSON.parse(Buffer.from(Payload as Uint8Array).toString()));
      if (bodies.length === 1) {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
      }
      return {};
    });
    await pipes.pipe({
      Target: `${LAMBDA}:work`,
      TargetParameters: { InputTemplate: "<$.body>" },
    });
    await pipes.send("source", "a");
    const restarted = pipes.restartPollers();
    answer?.();
    await restarted;
    expect(await pipes.left("source")).toBe(1);
    await pipes.clock.advance(31_000);
    expect(bodies).toEqual(["a", "a"]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("gathers a batch within its window", async () => {
    const sizes: number[] = [];
    pipes.handler("work", (payload) => void sizes.push((payload as unknown[]).length));
    await pipes.pipe({
      Target: `${LAMBDA}:work`,
      SourceParameters: {
        SqsQueueParameters: { BatchSize: 50, MaximumBatchingWindowInSeconds: 5 },
      },
    });
    await pipes.send("source", ...Array.from({ length: 12 }, (_, index) => `m${index}`));
    expect(sizes).toEqual([]);
    await pipes.clock.advance(6_000);
    expect(sizes).toEqual([12]);
  });
});

describe("logs", () => {
  const steps = async (Level: string, IncludeExecutionData?: readonly string[]) => {
    await pipes.logs("CreateLogGroup", { logGroupName: "/pipes" });
    await pipes.pipe({
      LogConfiguration: {
        Level,
        IncludeExecutionData,
        CloudwatchLogsLogDestination: {
          LogGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/pipes",
        },
      },
    });
    await pipes.send("source", "m");
    const { events = [] } = await pipes.logs("GetLogEvents", {
      logGroupName: "/pipes",
      logStreamName: "pipe",
      startFromHead: true,
    });
    return events.map(({ message }) => JSON.parse(message ?? ""));
  };

  test("INFO tells of the stages", async () => {
    const records = await steps("INFO");
    expect(records.map(({ messageType }) => messageType)).toEqual([
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_STAGE_SUCCEEDED",
      "EXECUTION_SUCCEEDED",
    ]);
    expect(records[0]).toEqual({
      resourceArn: "arn:aws:pipes:us-east-1:000000000000:pipe/pipe",
      timestamp: pipes.clock.nowMs(),
      executionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      messageType: "EXECUTION_STARTED",
      logLevel: "INFO",
    });
    expect(new Set(records.map(({ executionId }) => executionId)).size).toBe(1);
  });

  test("TRACE tells of everything, with its data when that is asked for", async () => {
    const records = await steps("TRACE", ["ALL"]);
    expect(records.map(({ messageType }) => messageType)).toEqual([
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_INVOCATION_STARTED",
      "TARGET_INVOCATION_SUCCEEDED",
      "TARGET_STAGE_SUCCEEDED",
      "EXECUTION_SUCCEEDED",
    ]);
    expect(JSON.parse(records[0].payload)).toMatchObject([{ body: "m" }]);
    expect(JSON.parse(records[3].awsRequest).Entries).toHaveLength(1);
    expect(JSON.parse(records[3].awsResponse).Successful).toHaveLength(1);
  });

  test("ERROR tells of failures alone, and of what went wrong", async () => {
    await pipes.sqs("DeleteQueue", { QueueUrl: "http://localhost:4566/000000000000/target" });
    const records = await steps("ERROR");
    expect(records.map(({ messageType }) => messageType)).toEqual([
      "TARGET_INVOCATION_FAILED",
      "TARGET_STAGE_FAILED",
      "EXECUTION_FAILED",
    ]);
    expect(records[0].error.message).toContain("queue does not exist");
  });

  test("a record that is too large loses data from its end", async () => {
    pipes.handler("work", () => null);
    await pipes.logs("CreateLogGroup", { logGroupName: "/pipes" });
    await pipes.pipe({
      Target: `${LAMBDA}:work`,
      LogConfiguration: {
        Level: "TRACE",
        IncludeExecutionData: ["ALL"],
        CloudwatchLogsLogDestination: {
          LogGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/pipes",
        },
      },
    });
    await pipes.send("source", "x".repeat(200_000), "y".repeat(200_000));
    const { events = [] } = await pipes.logs("FilterLogEvents", { logGroupName: "/pipes" });
    const large = events.map(({ message = "" }) => message).filter((text) => text.length > 100_000);
    expect(large.length).toBeGreaterThan(0);
    for (const text of large) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1024);
    }
  });
});
