import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPipesFixture, type PipesFixture } from "../../testing/pipes-fixture.ts";
import { AwsError } from "../../wire/aws-error.ts";

const LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function";
const SECOND_MS = 1_000;

let pipes: PipesFixture;

beforeEach(async () => {
  pipes = createPipesFixture();
  await pipes.queue("source", { VisibilityTimeout: "30" });
  await pipes.queue("target");
});

afterEach(() => pipes.stop());

describe("from queue to queue", () => {
  test("an event goes as it is, and its message is deleted", async () => {
    await pipes.pipe({});
    await pipes.send("source", { order: 1 });
    expect(await pipes.bodies("target")).toEqual([
      expect.objectContaining({
        body: '{"order":1}',
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:source",
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("what no filter lets pass is deleted", async () => {
    const Filters = [{ Pattern: '{"body": {"kind": ["a"]}}' }];
    await pipes.pipe({ SourceParameters: { FilterCriteria: { Filters } } });
    await pipes.send("source", { kind: "a" }, { kind: "b" }, "text");
    expect(await pipes.bodies("target")).toMatchObject([{ body: '{"kind":"a"}' }]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("a template makes the body", async () => {
    await pipes.pipe({
      TargetParameters: { InputTemplate: '{"n": <$.body.n>, "by": "<aws.pipes.pipe-name>"}' },
    });
    await pipes.send("source", { n: 5 });
    expect(await pipes.bodies("target")).toEqual([{ n: 5, by: "pipe" }]);
  });

  test("a FIFO queue gets groups and deduplication ids by path", async () => {
    await pipes.queue("ordered.fifo", { FifoQueue: "true" });
    await pipes.pipe({
      Target: "arn:aws:sqs:us-east-1:000000000000:ordered.fifo",
      TargetParameters: {
        InputTemplate: "<$.body.text>",
        SqsQueueParameters: {
          MessageGroupId: "$.body.group",
          MessageDeduplicationId: "$.messageId",
        },
      },
    });
    await pipes.send("source", { group: "g", text: "one" }, { group: "g", text: "two" });
    const { Messages } = await pipes.sqs("ReceiveMessage", {
      QueueUrl: "http://localhost:4566/000000000000/ordered.fifo",
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["All"],
    });
    expect(Messages?.map(({ Body, Attributes }) => [Body, Attributes?.["MessageGroupId"]])).toEqual(
      [
        ["one", "g"],
        ["two", "g"],
      ],
    );
  });

  test("the trace goes on", async () => {
    await pipes.pipe({ Target: `${LAMBDA}:work` });
    pipes.handler("work", () => null);
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
    await pipes.sqs("SendMessage", {
      QueueUrl: "http://localhost:4566/000000000000/source",
      MessageBody: "m",
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    });
    await pipes.clock.advance(0);
    expect(pipes.calls.map((call) => call.trace)).toEqual([trace]);
  });

  test("a target that is gone keeps the messages in the queue", async () => {
    await pipes.sqs("DeleteQueue", { QueueUrl: "http://localhost:4566/000000000000/target" });
    await pipes.pipe({});
    await pipes.send("source", "m");
    expect(await pipes.left("source")).toBe(1);
    await pipes.clock.advance(70 * SECOND_MS);
    await pipes.queue("target");
    await pipes.clock.advance(60 * SECOND_MS);
    expect(await pipes.left("source")).toBe(0);
    expect(await pipes.left("target")).toBe(1);
  });

  test("entries that the target does not take come again", async () => {
    let count = 0;
    pipes.script("sqs:SendMessageBatch", ({ Entries }) => {
      count += 1;
      const [first] = Entries as { Id: string }[];
      return count === 1 ? { Failed: [{ Id: first?.Id, Message: "no" }] } : {};
    });
    await pipes.send("source", "a", "b");
    await pipes.pipe({});
    expect(await pipes.left("source")).toBe(1);
    await pipes.clock.advance(31 * SECOND_MS);
    expect(await pipes.left("source")).toBe(0);
    expect(count).toBe(2);
  });
});

describe("functions", () => {
  test("a target gets the batch as a list, of one record too", async () => {
    const payloads: unknown[] = [];
    pipes.handler("work", (payload) => void payloads.push(payload));
    await pipes.pipe({
      Target: `${LAMBDA}:work`,
      TargetParameters: { InputTemplate: "Hello <$.body.name>" },
    });
    await pipes.send("source", { name: "Ann" });
    expect(payloads).toEqual([["Hello Ann"]]);
    expect(pipes.calls[0]?.input["InvocationType"]).toBe("RequestResponse");
    expect(await pipes.left("source")).toBe(0);
  });

  test("FIRE_AND_FORGET invokes asynchronously", async () => {
    pipes.handler("work", () => ({ batchItemFailures: [{ itemIdentifier: "x" }] }));
    await pipes.pipe({
      Target: `${LAMBDA}:work`,
      TargetParameters: { LambdaFunctionParameters: { InvocationType: "FIRE_AND_FORGET" } },
    });
    await pipes.send("source", "m");
    expect(pipes.calls[0]?.input["InvocationType"]).toBe("Event");
    expect(await pipes.left("source")).toBe(0);
  });

  test("records that the function names come again, the others do not", async () => {
    const seen: string[][] = [];
    pipes.handler("work", (payload) => {
      const records = payload as { body: string; messageId: string }[];
      seen.push(records.map(({ body }) => body));
      const bad = records.filter(({ body }) => body === "b" && seen.length === 1);
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await pipes.send("source", "a", "b", "c");
    await pipes.pipe({ Target: `${LAMBDA}:work` });
    expect(await pipes.left("source")).toBe(1);
    await pipes.clock.advance(31 * SECOND_MS);
    expect(seen.map((batch) => [...batch].sort())).toEqual([["a", "b", "c"], ["b"]]);
    expect(await pipes.left("source")).toBe(0);
  });

  test.each([
    ["an identifier that is none", { batchItemFailures: [{ itemIdentifier: "none" }] }, 1],
    ["an identifier without its name", { batchItemFailures: [{ id: "x" }] }, 1],
    ["an empty list", { batchItemFailures: [] }, 0],
    ["a text", "done", 0],
    ["nothing", null, 0],
  ])("an answer with %s", async (_, answer, left) => {
    pipes.handler("work", () => answer);
    await pipes.pipe({ Target: `${LAMBDA}:work` });
    await pipes.send("source", "m");
    expect(await pipes.left("source")).toBe(left);
  });

  test("a function that fails gets the batch again, until the queue's own redrive ends it", async () => {
    const deadLetterTargetArn = await pipes.queue("dead");
    await pipes.queue("retried", {
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    let count = 0;
    pipes.handler("work", () => {
      count += 1;
      throw new Error("no");
    });
    await pipes.pipe({
      Source: "arn:aws:sqs:us-east-1:000000000000:retried",
      Target: `${LAMBDA}:work`,
    });
    await pipes.send("retried", "m");
    await pipes.clock.advance(100 * SECOND_MS);
    expect(count).toBe(2);
    expect(await pipes.bodies("dead")).toEqual(["m"]);
  });

  test("a function that is not there makes the pipe rest, ever longer", async () => {
    pipes.script("lambda:Invoke", () => {
      throw new AwsError({ code: "ResourceNotFoundException", message: "Function not found" });
    });
    await pipes.pipe({ Target: `${LAMBDA}:none` });
    await pipes.send("source", "m");
    await pipes.clock.advance(600 * SECOND_MS);
    expect(pipes.calls.length).toBeGreaterThan(3);
    expect(pipes.calls.length).toBeLessThan(25);
    expect(pipes.log.records.map(({ message }) => message)).toContain(
      "The pipe pipe cannot reach its target.",
    );
  });
});

describe("enrichment", () => {
  const enriched = { Enrichment: `${LAMBDA}:enrich` };

  test("each element of its answer goes to the target", async () => {
    pipes.handler("enrich", (payload) =>
      (payload as { body: string }[]).flatMap(({ body }) => [{ up: body.toUpperCase() }, body]),
    );
    await pipes.pipe(enriched);
    await pipes.send("source", "a");
    expect(await pipes.bodies("target")).toEqual([{ up: "A" }, "a"]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("templates shape what it gets and what becomes of its answer", async () => {
    const payloads: unknown[] = [];
    pipes.handler("enrich", (payload) => {
      payloads.push(payload);
      return { user: "Ann" };
    });
    await pipes.pipe({
      ...enriched,
      EnrichmentParameters: { InputTemplate: '{"id": <$.body.id>}' },
      TargetParameters: { InputTemplate: '{"name": <$.user>}' },
    });
    await pipes.send("source", { id: 7 });
    expect(payloads).toEqual([[{ id: 7 }]]);
    expect(await pipes.bodies("target")).toEqual([{ name: "Ann" }]);
  });

  test.each([
    ["nothing", null],
    ["an empty text", ""],
    ["{}", {}],
    ["[]", []],
  ])("an answer of %s leaves the target alone", async (_, answer) => {
    pipes.handler("enrich", () => answer);
    await pipes.pipe(enriched);
    await pipes.send("source", "m");
    expect(await pipes.left("target")).toBe(0);
    expect(await pipes.left("source")).toBe(0);
  });

  test("one that fails keeps the batch in the queue", async () => {
    pipes.handler("enrich", () => {
      throw new Error("no");
    });
    await pipes.pipe(enriched);
    await pipes.send("source", "m");
    expect([await pipes.left("target"), await pipes.left("source")]).toEqual([0, 1]);
  });

  test("an express state machine enriches", async () => {
    pipes.script("states:StartSyncExecution", ({ input }) => ({
      status: "SUCCEEDED",
      output: JSON.stringify({ got: JSON.parse(String(input)).length }),
    }));
    await pipes.pipe({
      Enrichment: "arn:aws:states:us-east-1:000000000000:stateMachine:enrich",
    });
    await pipes.send("source", "m");
    expect(await pipes.bodies("target")).toEqual([{ got: 1 }]);
  });
});

describe("other targets", () => {
  const target = (service: string, resource: string): string =>
    `arn:aws:${service}:us-east-1:000000000000:${resource}`;

  test("a bus gets events with parameters by path, and defaults", async () => {
    await pipes.pipe({
      Target: target("events", "event-bus/shop"),
      TargetParameters: {
        InputTemplate: '{"n": <$.body.n>}',
        EventBridgeEventBusParameters: { DetailType: "$.body.type", Time: "$.body.at" },
      },
    });
    await pipes.send("source", { n: 1, type: "Order", at: "2026-01-02T00:00:00Z" });
    expect(pipes.calls).toMatchObject([
      {
        name: "events:PutEvents",
        input: {
          Entries: [
            {
              EventBusName: target("events", "event-bus/shop"),
              Detail: '{"n": 1}',
              DetailType: "Order",
              Source: "Pipe pipe",
              Time: new Date("2026-01-02T00:00:00Z"),
            },
          ],
        },
      },
    ]);
  });

  test("events that the bus refuses come again", async () => {
    pipes.script("events:PutEvents", () => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }],
    }));
    await pipes.pipe({ Target: target("events", "event-bus/shop") });
    await pipes.send("source", "m");
    expect(await pipes.left("source")).toBe(1);
  });

  test("a topic, a stream and a state machine get theirs", async () => {
    pipes.script("kinesis:PutRecords", () => ({ Records: [] }));
    const TargetParameters = { InputTemplate: "<$.body>" };
    await pipes.pipe({ Name: "a", Target: target("sns", "topic"), TargetParameters });
    await pipes.send("source", "m");
    await pipes.call("StopPipe", { Name: "a" });
    await pipes.pipe({
      Name: "b",
      Target: target("kinesis", "stream/s"),
      TargetParameters: {
        ...TargetParameters,
        KinesisStreamParameters: { PartitionKey: "$.body" },
      },
    });
    await pipes.send("source", "n");
    await pipes.call("StopPipe", { Name: "b" });
    await pipes.pipe({
      Name: "c",
      Target: target("states", "stateMachine:m"),
      TargetParameters: {
        ...TargetParameters,
        StepFunctionStateMachineParameters: { InvocationType: "FIRE_AND_FORGET" },
      },
    });
    await pipes.send("source", "o");
    expect(pipes.calls.map(({ name, input }) => [name, input])).toEqual([
      [
        "sns:PublishBatch",
        {
          TopicArn: target("sns", "topic"),
          PublishBatchRequestEntries: [{ Id: "0", Message: "m" }],
        },
      ],
      [
        "kinesis:PutRecords",
        {
          StreamARN: target("kinesis", "stream/s"),
          Records: [{ Data: new TextEncoder().encode("n"), PartitionKey: "n" }],
        },
      ],
      [
        "states:StartExecution",
        { stateMachineArn: target("states", "stateMachine:m"), input: '["o"]' },
      ],
    ]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("a log group gets events in a stream that is made for them", async () => {
    await pipes.logs("CreateLogGroup", { logGroupName: "/g" });
    await pipes.pipe({
      Target: target("logs", "log-group:/g"),
      TargetParameters: {
        InputTemplate: "<$.body.text>",
        CloudWatchLogsParameters: { LogStreamName: "s" },
      },
    });
    await pipes.send("source", { text: "hello" });
    const { events } = await pipes.logs("GetLogEvents", {
      logGroupName: "/g",
      logStreamName: "s",
    });
    expect(events?.map(({ message }) => message)).toEqual(["hello"]);
  });
});
