import { beforeEach, expect, test } from "vitest";
import type { FunctionSpec } from "../../functions/function-host.ts";
import { createLogsFixture, documentOf, type LogsFixture } from "../../testing/logs-fixture.ts";
import type { Input } from "../../wire/operations.ts";

const ACCOUNT = "000000000000";
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:ship`;
const STREAM = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/lines`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/logs`;
const ROOT = "Root=1-6955b900-0123456789abcdef01234567";
const GROUP = "app";
const where = { logGroupName: GROUP, logStreamName: "one" };

let bench: LogsFixture;

beforeEach(async () => {
  bench = createLogsFixture();
  await bench.call("CreateLogGroup", { logGroupName: GROUP });
  await bench.call("CreateLogStream", where);
  allow("ship");
});

function allow(name: string, sourceArn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}:*`) {
  bench.policies.set(name, {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "logs",
        Effect: "Allow",
        Principal: { Service: "logs.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`,
        Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
      },
    ],
  });
}

function subscribe(more: Partial<Input<"logs", "PutSubscriptionFilter">> = {}): Promise<void> {
  return bench.call("PutSubscriptionFilter", {
    logGroupName: GROUP,
    filterName: "ship",
    filterPattern: "",
    destinationArn: FUNCTION,
    ...more,
  });
}

function put(...messages: readonly string[]): Promise<unknown> {
  const logEvents = messages.map((message) => ({ timestamp: bench.clock.nowMs(), message }));
  return bench.call("PutLogEvents", { ...where, logEvents });
}

/** What a function's environment hands in: one line with the trace of its invocation. */
async function receive(message: string, trace?: string, arn = `${FUNCTION}2`): Promise<void> {
  const spec = { arn, region: "us-east-1", accountId: ACCOUNT, logGroup: GROUP } as FunctionSpec;
  const line = { timestampMs: bench.clock.nowMs(), message, trace };
  bench.logs.receive({ spec, logStream: "one" }, [line]);
  await bench.logs.flush();
}

async function delivered() {
  const all = await bench.invoked();
  return all.map(({ resource, payload, trace }) => {
    const { awslogs } = JSON.parse(payload) as { readonly awslogs: { readonly data: string } };
    const document = documentOf(Buffer.from(awslogs.data, "base64"));
    return { resource, trace, document: document as { logEvents: { message: string }[] } };
  });
}

async function deliveredMessages(): Promise<readonly (readonly string[])[]> {
  return (await delivered()).map(({ document }) =>
    document.logEvents.map(({ message }) => message),
  );
}

async function records() {
  const { StreamDescription } = await bench.kinesis("DescribeStream", { StreamName: "lines" });
  const found = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const from = { StreamName: "lines", ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator = "" } = await bench.kinesis("GetShardIterator", from);
    found.push(...(await bench.kinesis("GetRecords", { ShardIterator })).Records);
  }
  return found.map(({ Data, PartitionKey }) => ({ PartitionKey, document: documentOf(Data) }));
}

test("deliver: a function gets what matches, with the ids that the events have", async () => {
  await subscribe({ filterPattern: "ERROR" });
  await put("all is well", "ERROR one", "ERROR two");
  await put("nothing");
  const { events = [] } = await bench.call("FilterLogEvents", {
    logGroupName: GROUP,
    filterPattern: "ERROR",
  });
  expect(await delivered()).toMatchObject([
    {
      resource: "function:ship",
      document: {
        messageType: "DATA_MESSAGE",
        owner: ACCOUNT,
        logGroup: GROUP,
        logStream: "one",
        subscriptionFilters: ["ship"],
        logEvents: events.map(({ eventId: id, timestamp, message }) => ({
          id,
          timestamp,
          message,
        })),
      },
    },
  ]);
  expect(events).toHaveLength(2);
});

test("deliver: two filters of a group, each for itself; a changed one as it is now", async () => {
  await subscribe({ filterPattern: "a" });
  await subscribe({ filterName: "other", filterPattern: "b" });
  await put("a b", "b");
  expect(await deliveredMessages()).toEqual([["a b", "b"], ["a b"]]);
  await bench.call("DeleteSubscriptionFilter", { logGroupName: GROUP, filterName: "other" });
  await subscribe({ filterPattern: "c" });
  await put("a b c");
  expect((await deliveredMessages()).slice(2)).toEqual([["a b c"]]);
  await expect(subscribe({ filterName: "two" })).resolves.toBeUndefined();
  await expect(subscribe({ filterName: "three" })).rejects.toMatchObject({
    code: "LimitExceededException",
  });
});

test("deliver: what a delivery makes a function write is not delivered again", async () => {
  await subscribe();
  await receive("first", ROOT);
  const [first] = await delivered();
  expect(first?.trace).toContain("Lineage=");
  await receive("written by the function that got it", first?.trace);
  expect(await deliveredMessages()).toEqual([["first"]]);
  await receive("called by somebody else", ROOT);
  expect(await deliveredMessages()).toEqual([["first"], ["called by somebody else"]]);
});

test("deliver: a function's init phase does not call it, nor any version of it", async () => {
  await subscribe();
  await receive("INIT_START", undefined, `${FUNCTION}:7`);
  await receive("INIT_START of another", undefined);
  expect(await deliveredMessages()).toEqual([["INIT_START of another"]]);
});

test("deliver: a circle through two filters ends where it began", async () => {
  await subscribe({ filterPattern: "a" });
  await subscribe({ filterName: "back", filterPattern: "b" });
  await receive("a", ROOT);
  await receive("b", (await delivered())[0]?.trace);
  await receive("a", (await delivered())[1]?.trace);
  expect(await deliveredMessages()).toEqual([["a"], ["b"]]);
});

test("deliver: what is too large goes in parts", async () => {
  await subscribe();
  const noise = () => Buffer.from(noiseBytes()).toString("base64").slice(0, 500_000);
  await put(noise());
  const [a, b] = [noise(), noise()];
  await put(a, b);
  expect((await delivered()).map(({ document }) => document.logEvents.length)).toEqual([1, 1, 1]);
});

function noiseBytes(): Uint8Array {
  const bytes = new Uint8Array(400_000);
  let state = 1;
  return bytes.map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >>> 16;
  });
}

test("deliver: events are stored though the function is gone", async () => {
  allow("gone");
  await subscribe({ destinationArn: FUNCTION.replace("ship", "gone") });
  await put("kept");
  expect(await delivered()).toEqual([]);
  const { events } = await bench.call("GetLogEvents", where);
  expect(events).toHaveLength(1);
});

test("deliver: what another service sends to the group goes on to its subscribers", async () => {
  await subscribe();
  await bench.store.write((tx) => {
    const target = { partition: "aws", service: "logs", region: "us-east-1", accountId: ACCOUNT };
    const envelope = { payload: "sent", sourceArn: "arn:aws:events:us-east-1:1:rule/r" };
    bench.logs.service.sink?.accept(tx, { ...target, resource: `log-group:${GROUP}` }, envelope);
  });
  expect(await deliveredMessages()).toEqual([["sent"]]);
});

test("stream: is tried, and gets events compressed, those of a log stream together", async () => {
  await bench.kinesis("CreateStream", { StreamName: "lines", ShardCount: 2 });
  await bench.clock.advance(60_000);
  await subscribe({ destinationArn: STREAM, roleArn: ROLE });
  const [tried] = await records();
  expect(tried?.document).toMatchObject({
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logEvents: [{ id: "", timestamp: bench.clock.nowMs() }],
  });
  await put("one");
  await put("two");
  const data = (await records()).filter(
    ({ document }) => (document as { messageType: string }).messageType === "DATA_MESSAGE",
  );
  expect(data.map(({ document }) => document)).toMatchObject([
    { logGroup: GROUP, logStream: "one", logEvents: [{ message: "one" }] },
    { logEvents: [{ message: "two" }] },
  ]);
  expect(new Set(data.map(({ PartitionKey }) => PartitionKey)).size).toBe(1);
});

test("stream: random distribution gives each delivery a key of its own", async () => {
  await bench.kinesis("CreateStream", { StreamName: "lines", ShardCount: 1 });
  await bench.clock.advance(60_000);
  await subscribe({ destinationArn: STREAM, roleArn: ROLE, distribution: "Random" });
  await put("one");
  await put("two");
  expect(new Set((await records()).map(({ PartitionKey }) => PartitionKey)).size).toBe(3);
});

test("describe: tells filters by prefix and page; delete: by name", async () => {
  await subscribe();
  await subscribe({ filterName: "also", filterPattern: "{ $.a = 1 }" });
  const tell = (more: object) =>
    bench.call("DescribeSubscriptionFilters", { logGroupName: GROUP, ...more });
  const first = await tell({ limit: 1 });
  expect(first).toEqual({
    subscriptionFilters: [
      {
        filterName: "also",
        logGroupName: GROUP,
        filterPattern: "{ $.a = 1 }",
        destinationArn: FUNCTION,
        distribution: "ByLogStream",
        applyOnTransformedLogs: false,
        creationTime: bench.clock.nowMs(),
      },
    ],
    nextToken: "also",
  });
  const second = await tell({ nextToken: first.nextToken });
  expect(second.subscriptionFilters?.map(({ filterName }) => filterName)).toEqual(["ship"]);
  expect((await tell({ filterNamePrefix: "x" })).subscriptionFilters).toEqual([]);
  const ship = { logGroupName: GROUP, filterName: "ship" };
  await bench.call("DeleteSubscriptionFilter", ship);
  await expect(bench.call("DeleteSubscriptionFilter", ship)).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "The specified subscription filter does not exist.",
  });
});

test("group: its filters go with it", async () => {
  await subscribe();
  await bench.call("DeleteLogGroup", { logGroupName: GROUP });
  await receive("line");
  expect(await delivered()).toEqual([]);
  const { subscriptionFilters } = await bench.call("DescribeSubscriptionFilters", {
    logGroupName: GROUP,
  });
  expect(subscriptionFilters).toEqual([]);
});

const INVALID = "InvalidParameterException";

test.each([
  ["a pattern that is none", { filterPattern: "{ $.a" }, INVALID],
  ["a stream without a role", { destinationArn: STREAM }, INVALID],
  ["a function with a role", { roleArn: ROLE }, INVALID],
  ["a stream that is not there", { destinationArn: STREAM, roleArn: ROLE }, INVALID],
  ["a function without a policy", { destinationArn: `${FUNCTION}2` }, INVALID],
  ["a queue", { destinationArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` }, INVALID],
  ["a missing group", { logGroupName: "missing" }, "ResourceNotFoundException"],
  [
    "Firehose",
    { destinationArn: `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/d` },
    "NotImplemented",
  ],
  ["system fields", { emitSystemFields: ["@aws.region"] }, "NotImplemented"],
])("put: refuses %s", async (_, more, code) => {
  await expect(subscribe(more)).rejects.toMatchObject({ code });
});

test("put: refuses a function that lets another group invoke it", async () => {
  allow("ship", `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:other:*`);
  await expect(subscribe()).rejects.toMatchObject({
    code: INVALID,
    message:
      "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
  });
});
