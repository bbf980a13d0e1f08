import { beforeEach, describe, expect, test } from "vitest";
import type { Acceptance } from "../../outbox/sink.ts";
import {
  createSchedulerFixture,
  QUEUE,
  ROLE,
  type SchedulerFixture,
} from "../../testing/scheduler-fixture.ts";

const MINUTE_MS = 60_000;
const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";
const ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/a";
const ONCE = { ScheduleExpression: "at(2026-01-01T00:00:00)" };

let scheduler: SchedulerFixture;
let refusing: (target: string) => Acceptance | undefined;

beforeEach(() => {
  refusing = () => undefined;
  scheduler = createSchedulerFixture({ refuse: (target) => refusing(target) });
});

describe("templated targets", () => {
  test("a FIFO queue gets the message group", async () => {
    const Target = {
      Arn: `${QUEUE}.fifo`,
      RoleArn: ROLE,
      Input: "no JSON",
      SqsParameters: { MessageGroupId: "g" },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    expect(await scheduler.taken()).toMatchObject([
      {
        target: `${QUEUE}.fifo`,
        envelope: { payload: "no JSON", groupId: "g", sourceArn: ARN },
      },
    ]);
  });

  test("without an input a target gets a notification", async () => {
    const Arn = "arn:aws:lambda:us-east-1:000000000000:function:work";
    await scheduler.create("a", { ...ONCE, Target: { Arn, RoleArn: ROLE } });
    await scheduler.clock.advance(0);
    const [recorded] = await scheduler.taken();
    expect(JSON.parse(recorded?.envelope.payload ?? "")).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: [ARN],
      detail: "{}",
    });
  });

  test("a bus gets an event with the input as its detail", async () => {
    const Target = {
      Arn: "arn:aws:events:us-east-1:000000000000:event-bus/shop",
      RoleArn: ROLE,
      Input: '{"order": 1, "at": "<aws.scheduler.scheduled-time>"}',
      EventBridgeParameters: { DetailType: "Tick", Source: "shop" },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    const [recorded] = await scheduler.taken();
    expect(JSON.parse(recorded?.envelope.payload ?? "")).toMatchObject({
      "detail-type": "Tick",
      source: "shop",
      resources: [ARN],
      detail: { order: 1, at: "2026-01-01T00:00:00Z" },
    });
  });

  test("a stream gets a record by an operation", async () => {
    const Target = {
      Arn: "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
      RoleArn: ROLE,
      Input: "data",
      KinesisParameters: { PartitionKey: "p" },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    expect(scheduler.calls).toEqual([
      {
        name: "kinesis:PutRecord",
        input: { StreamARN: Target.Arn, Data: new TextEncoder().encode("data"), PartitionKey: "p" },
      },
    ]);
  });
});

describe("universal targets", () => {
  const universal = (api: string, input: unknown) => ({
    Arn: `arn:aws:scheduler:::aws-sdk:${api}`,
    RoleArn: ROLE,
    Input: JSON.stringify(input),
  });

  test("an operation is called with the input, context attributes filled in", async () => {
    const MessageBody =
      "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number> <aws.scheduler.other>";
    const Target = universal("sqs:sendMessage", { QueueUrl: "u", MessageBody });
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    expect(scheduler.calls).toEqual([
      {
        name: "sqs:SendMessage",
        input: { QueueUrl: "u", MessageBody: `${ARN} 1 <aws.scheduler.other>` },
      },
    ]);
  });

  test("blobs are text, and members have their own names", async () => {
    const Payload = '{"a":1}';
    const Target = universal("lambda:invoke", { FunctionName: "f", Payload });
    await scheduler.create("a", { ...ONCE, Target });
    const group = universal("cloudwatchlogs:createLogGroup", { LogGroupName: "g" });
    await scheduler.create("b", { ...ONCE, Target: group });
    await scheduler.clock.advance(0);
    expect(scheduler.calls).toEqual([
      {
        name: "lambda:Invoke",
        input: { FunctionName: "f", Payload: new TextEncoder().encode(Payload) },
      },
      { name: "logs:CreateLogGroup", input: { logGroupName: "g" } },
    ]);
  });

  test("an input of the wrong type is a failure like another", async () => {
    const Target = {
      ...universal("sqs:sendMessage", { QueueUrl: 5 }),
      RetryPolicy: { MaximumRetryAttempts: 0 },
      DeadLetterConfig: { Arn: DEAD },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    const [dead] = await scheduler.taken();
    expect(dead?.envelope.attributes?.["ERROR_CODE"]?.value).toBe("ValidationException");
  });

  test("a failed call is tried again, counting attempts, with ever longer delays", async () => {
    const MessageBody = "<aws.scheduler.attempt-number> <aws.scheduler.execution-id>";
    const Target = universal("sqs:sendMessage", { QueueUrl: "u", MessageBody });
    scheduler.failCalls(() => "ThrottlingException");
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    expect(scheduler.calls.length).toBe(1);
    // The delays are one, two, four and eight seconds, give or take a tenth.
    for (const [afterMs, count] of [
      [899, 1],
      [202, 2],
      [1_900 - 202, 2],
      [600, 3],
      [14_000, 5],
    ] as const) {
      await scheduler.clock.advance(afterMs);
      expect(scheduler.calls.length).toBe(count);
    }
    const bodies = scheduler.calls.map(
      ({ input }) => (input as { MessageBody: string }).MessageBody,
    );
    expect(bodies.map((body) => body.split(" ")[0])).toEqual(["1", "2", "3", "4", "5"]);
    expect(new Set(bodies.map((body) => body.split(" ")[1])).size).toBe(1);
  });
});

describe("failures", () => {
  const GONE: Acceptance = {
    accepted: false,
    code: "QueueDoesNotExist",
    message: "The specified queue does not exist.",
  };

  test("a target that comes back gets the invocation late", async () => {
    refusing = (target) => (target === QUEUE ? GONE : undefined);
    await scheduler.create("a", ONCE);
    await scheduler.clock.advance(MINUTE_MS);
    expect(await scheduler.taken()).toEqual([]);
    refusing = () => undefined;
    await scheduler.clock.advance(5 * MINUTE_MS);
    expect((await scheduler.taken()).map(({ target }) => target)).toEqual([QUEUE]);
  });

  test("after the last attempt the dead-letter queue gets it, with what went wrong", async () => {
    refusing = (target) => (target === QUEUE ? GONE : undefined);
    const Target = {
      Arn: QUEUE,
      RoleArn: ROLE,
      Input: "<aws.scheduler.attempt-number>",
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: DEAD },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(MINUTE_MS);
    const text = (value: unknown) => ({ type: "String", value });
    expect(await scheduler.taken()).toEqual([
      {
        target: DEAD,
        envelope: {
          payload: "3",
          sourceArn: ARN,
          attributes: {
            ERROR_CODE: text("AWS.SimpleQueueService.NonExistentQueue"),
            ERROR_MESSAGE: text("The specified queue does not exist."),
            EXECUTION_ID: text(expect.stringMatching(/^[0-9a-f]{16}$/)),
            EXHAUSTED_RETRY_CONDITION: text("MaximumRetryAttempts"),
            IS_PAYLOAD_TRUNCATED: text("false"),
            RETRY_ATTEMPTS: text("2"),
            SCHEDULED_TIME: text("2026-01-01T00:00:00Z"),
            SCHEDULE_ARN: text(ARN),
            TARGET_ARN: text(QUEUE),
          },
        },
      },
    ]);
  });

  test("an invocation that grows too old is dead", async () => {
    refusing = (target) => (target === QUEUE ? GONE : undefined);
    const Target = {
      Arn: QUEUE,
      RoleArn: ROLE,
      RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: DEAD },
    };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(61_000);
    const [dead] = await scheduler.taken();
    expect(dead?.envelope.attributes?.["EXHAUSTED_RETRY_CONDITION"]?.value).toBe(
      "MaximumEventAgeInSeconds",
    );
  });

  test("the default policy gives up after a day and 185 attempts", async () => {
    refusing = (target) => (target === QUEUE ? GONE : undefined);
    const Target = { Arn: QUEUE, RoleArn: ROLE, DeadLetterConfig: { Arn: DEAD } };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(22 * 60 * MINUTE_MS);
    expect(await scheduler.taken()).toEqual([]);
    await scheduler.clock.advance(3 * 60 * MINUTE_MS);
    const [dead] = await scheduler.taken();
    expect(Number(dead?.envelope.attributes?.["RETRY_ATTEMPTS"]?.value)).toBeGreaterThan(170);
  });

  test("without a dead-letter queue the loss is said in the log", async () => {
    refusing = () => GONE;
    const Target = { Arn: QUEUE, RoleArn: ROLE, RetryPolicy: { MaximumRetryAttempts: 0 } };
    await scheduler.create("a", { ...ONCE, Target });
    await scheduler.clock.advance(0);
    expect(scheduler.log.records.some(({ message }) => message.includes("is lost"))).toBe(true);
  });
});
