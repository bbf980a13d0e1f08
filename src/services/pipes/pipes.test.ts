import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPipesFixture, PIPE_ROLE, type PipesFixture } from "../../testing/pipes-fixture.ts";
import type { Input } from "../../wire/operations.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";
const ARN = "arn:aws:pipes:us-east-1:000000000000:pipe/pipe";

let pipes: PipesFixture;

beforeEach(async () => {
  pipes = createPipesFixture({ unsupported: ["states:StartSyncExecution", "kinesis:PutRecords"] });
  await pipes.queue("source");
});

afterEach(() => pipes.stop());

const described = (Name = "pipe") => pipes.call("DescribePipe", { Name });

describe("states", () => {
  const create = (overrides: Partial<Input<"pipes", "CreatePipe">> = {}) =>
    pipes.call("CreatePipe", {
      Name: "pipe",
      Source: `${SQS}:source`,
      Target: `${SQS}:target`,
      RoleArn: PIPE_ROLE,
      ...overrides,
    });
  const arrive = async (): Promise<string | undefined> => {
    await pipes.clock.advance(0);
    return (await described()).CurrentState;
  };

  test("from CREATING over STOPPING, STARTING and UPDATING to DELETING", async () => {
    expect((await create()).CurrentState).toBe("CREATING");
    expect(await arrive()).toBe("RUNNING");
    expect((await pipes.call("StopPipe", { Name: "pipe" })).CurrentState).toBe("STOPPING");
    expect(await arrive()).toBe("STOPPED");
    const update = { Name: "pipe", RoleArn: PIPE_ROLE, Description: "d" };
    expect((await pipes.call("UpdatePipe", update)).CurrentState).toBe("UPDATING");
    expect(await arrive()).toBe("STOPPED");
    const started = await pipes.call("StartPipe", { Name: "pipe" });
    expect([started.CurrentState, started.DesiredState]).toEqual(["STARTING", "RUNNING"]);
    expect(await arrive()).toBe("RUNNING");
    expect((await pipes.call("DeletePipe", { Name: "pipe" })).CurrentState).toBe("DELETING");
    await expect(arrive()).rejects.toMatchObject({
      code: "NotFoundException",
      message: "Pipe pipe does not exist.",
      status: 404,
    });
  });

  test("a source that is not there fails the creation, and says why", async () => {
    await create({ Source: `${SQS}:none` });
    expect(await arrive()).toBe("CREATE_FAILED");
    expect((await described()).StateReason).toContain("queue does not exist");
  });

  test("a name that is taken is refused", async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      code: "ConflictException",
      members: { resourceId: "pipe", resourceType: "Pipe" },
    });
  });
});

test("DescribePipe shows what was given, and the batch size that holds", async () => {
  const given = {
    Description: "d",
    Enrichment: "arn:aws:lambda:us-east-1:000000000000:function:f",
    EnrichmentParameters: { InputTemplate: "<$.body>" },
    TargetParameters: { InputTemplate: "{}" },
    LogConfiguration: { Level: "OFF" },
    KmsKeyIdentifier: "key",
    Tags: { a: "1" },
  };
  await pipes.pipe(given);
  const { CreationTime, LastModifiedTime, ...shown } = await described();
  expect(CreationTime).toEqual(LastModifiedTime);
  expect(shown).toEqual({
    ...given,
    Arn: ARN,
    Name: "pipe",
    DesiredState: "RUNNING",
    CurrentState: "RUNNING",
    StateReason: "USER_INITIATED",
    Source: `${SQS}:source`,
    SourceParameters: { SqsQueueParameters: { BatchSize: 10 } },
    Target: `${SQS}:target`,
    RoleArn: PIPE_ROLE,
  });
});

test("UpdatePipe: what is not given stays, groups of parameters are replaced", async () => {
  await pipes.pipe({
    Description: "d",
    Enrichment: "arn:aws:lambda:us-east-1:000000000000:function:f",
    SourceParameters: {
      FilterCriteria: { Filters: [{ Pattern: '{"body": ["a"]}' }] },
      SqsQueueParameters: { BatchSize: 5 },
    },
  });
  await pipes.call("UpdatePipe", {
    Name: "pipe",
    RoleArn: PIPE_ROLE,
    Enrichment: "",
    SourceParameters: { SqsQueueParameters: { MaximumBatchingWindowInSeconds: 3 } },
  });
  const shown = await described();
  expect(shown).toMatchObject({ Description: "d", Target: `${SQS}:target` });
  expect(shown.Enrichment).toBeUndefined();
  expect(shown.SourceParameters).toEqual({
    SqsQueueParameters: { BatchSize: 10, MaximumBatchingWindowInSeconds: 3 },
  });
});

describe("refusals", () => {
  const arn = (service: string, resource: string): string =>
    `arn:aws:${service}:us-east-1:000000000000:${resource}`;
  const refusals: readonly [overrides: Partial<Input<"pipes", "CreatePipe">>, message: string][] = [
    [
      { Source: `${SQS}:source`.replace("us-east-1", "eu-west-1") },
      "Creating cross-region pipe is not permitted.",
    ],
    [
      { SourceParameters: { KinesisStreamParameters: { StartingPosition: "LATEST" } } },
      "Invalid source parameter provided for source",
    ],
    [
      { Source: arn("kinesis", "stream/s") },
      '{"ValidationErrorFields":[{"Name":"SourceParameters.KinesisStreamParameters","Message":"Missing required parameter."}]}',
    ],
    [
      { Source: arn("kafka", "cluster/c") },
      "Millrace does not support the source type kafka of CreatePipe.",
    ],
    [{ Source: "smk://host:9092" }, "Millrace does not support the source type smk of CreatePipe."],
    [
      { SourceParameters: { FilterCriteria: { Filters: [{ Pattern: "{}" }] } } },
      "Invalid Event Pattern. Reason: Empty objects are not allowed",
    ],
    [
      { TargetParameters: { LambdaFunctionParameters: {} } },
      "Invalid target parameter provided for target.",
    ],
    [
      { Target: arn("batch", "job-queue/q") },
      "Millrace does not support the target type batch:job-queue of CreatePipe.",
    ],
    [
      { Target: arn("events", "archive/a") },
      "Millrace does not support the target type events:archive of CreatePipe.",
    ],
    [
      { Target: arn("kinesis", "stream/s") },
      "Millrace does not support the target type kinesis:stream of CreatePipe.",
    ],
    [{ Target: arn("sns", "topic.fifo") }, "SNS FIFO topics are not supported as a pipe target."],
    [
      { Target: arn("states", "stateMachine:m") },
      "Millrace does not support the InvocationType REQUEST_RESPONSE of a state machine of CreatePipe.",
    ],
    [{ Enrichment: arn("execute-api", "api/stage") }, "Invalid API Gateway ARN: "],
    [
      { Enrichment: arn("events", "event-bus/b") },
      "Millrace does not support the enrichment type events:event-bus of CreatePipe.",
    ],
    [
      {
        Enrichment: arn("lambda", "function:f"),
        EnrichmentParameters: { HttpParameters: {} },
      },
      "Invalid enrichment parameter provided for enrichment.",
    ],
    [
      { SourceParameters: { SqsQueueParameters: { BatchSize: 11 } } },
      "The configured batch size 11 is greater than the max supported",
    ],
    [
      {
        Target: arn("lambda", "function:f"),
        SourceParameters: { SqsQueueParameters: { BatchSize: 11 } },
      },
      "MaximumBatchingWindowInSeconds must be at least 1",
    ],
    [
      { TargetParameters: { InputTemplate: '{"a": <aws.pipes.bogus>}' } },
      "Invalid json path reference or predefined variable for placeholder: <aws.pipes.bogus>",
    ],
    [
      { LogConfiguration: { Level: "INFO" } },
      "Must provide at least 1 log destination in LogConfiguration",
    ],
    [
      {
        LogConfiguration: {
          Level: "INFO",
          S3LogDestination: { BucketName: "b", BucketOwner: "000000000000" },
        },
      },
      "Millrace does not support LogConfiguration.S3LogDestination of CreatePipe.",
    ],
  ];
  test.each(refusals)("%j", async (overrides, message) => {
    await expect(pipes.pipe(overrides)).rejects.toThrow(message);
    expect((await pipes.call("ListPipes", {})).Pipes).toEqual([]);
  });
});

test("ListPipes filters, and gives pages that hold all", async () => {
  for (const Name of ["a1", "a2", "b"]) {
    const Target = `${SQS}:${Name}`;
    await pipes.pipe({ Name, Target, DesiredState: Name === "a2" ? "STOPPED" : "RUNNING" });
  }
  const names = async (input: Input<"pipes", "ListPipes">) =>
    (await pipes.call("ListPipes", input)).Pipes?.map(({ Name }) => Name);
  expect(await names({})).toEqual(["a1", "a2", "b"]);
  expect(await names({ NamePrefix: "a" })).toEqual(["a1", "a2"]);
  expect(await names({ DesiredState: "STOPPED" })).toEqual(["a2"]);
  expect(await names({ CurrentState: "RUNNING" })).toEqual(["a1", "b"]);
  expect(await names({ TargetPrefix: `${SQS}:b` })).toEqual(["b"]);
  expect(await names({ SourcePrefix: "arn:aws:kinesis" })).toEqual([]);
  const first = await pipes.call("ListPipes", { Limit: 2 });
  expect(await names({ Limit: 2, NextToken: first.NextToken })).toEqual(["b"]);
});

test("pipes have tags", async () => {
  await pipes.pipe({ Tags: { a: "1" } });
  await pipes.call("TagResource", { resourceArn: ARN, tags: { b: "2" } });
  await pipes.call("UntagResource", { resourceArn: ARN, tagKeys: ["a"] });
  expect(await pipes.call("ListTagsForResource", { resourceArn: ARN })).toEqual({
    tags: { b: "2" },
  });
});
