/** Pipes that read Kinesis streams, and write into them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPipesFixture, PIPE_ROLE, type PipesFixture } from "../../testing/pipes-fixture.ts";
import type { Input } from "../../wire/operations.ts";

const SOURCE = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";

let pipes: PipesFixture;

beforeEach(async () => {
  pipes = createPipesFixture();
  await pipes.queue("target");
  await pipes.kinesis("CreateStream", { StreamName: "clicks", ShardCount: 1 });
});

afterEach(() => pipes.stop());

async function put(...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const record = { StreamName: "clicks", PartitionKey: "p", Data: Buffer.from(text) };
    await pipes.kinesis("PutRecord", record);
  }
  await pipes.clock.advance(0);
}

function pipe(parameters: object = {}, more: object = {}): Promise<void> {
  return pipes.pipe({
    Source: SOURCE,
    SourceParameters: {
      KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON", ...parameters },
    },
    TargetParameters: { InputTemplate: "<$.data.n>" },
    ...more,
  });
}

test("pipe: hands on what was written before it, and after, and keeps its place", async () => {
  await put('{"n":1}');
  await pipe();
  await put('{"n":2}');
  await pipes.restartPollers();
  await put('{"n":3}');
  expect(await pipes.bodies("target")).toEqual(["1", "2", "3"]);
});

test("pipe: begins at a timestamp", async () => {
  await put('{"n":1}');
  await pipes.clock.advance(1_000);
  const StartingPositionTimestamp = new Date(pipes.clock.nowMs());
  await put('{"n":2}');
  await pipe({ StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp });
  await pipes.clock.advance(0);
  expect(await pipes.bodies("target")).toEqual(["2"]);
});

test("pipe: records are flat, and filters look into their data", async () => {
  await put('{"n":1}', '{"n":2}');
  const Pattern = '{"data": {"n": [2]}}';
  const SourceParameters = {
    FilterCriteria: { Filters: [{ Pattern }] },
    KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON" },
  };
  await pipe({}, { SourceParameters, TargetParameters: {} });
  await pipes.clock.advance(0);
  expect(await pipes.bodies("target")).toEqual([
    {
      kinesisSchemaVersion: "1.0",
      partitionKey: "p",
      sequenceNumber: expect.stringMatching(/^49\d{54}$/),
      data: Buffer.from('{"n":2}').toString("base64"),
      approximateArrivalTimestamp: 1767225600,
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: expect.stringMatching(/^shardId-000000000000:49/),
      eventName: "aws:kinesis:record",
      invokeIdentityArn: PIPE_ROLE,
      awsRegion: "us-east-1",
      eventSourceARN: SOURCE,
    },
  ]);
});

test("pipe: its place stays where it was when it is updated", async () => {
  await pipe();
  await put('{"n":1}');
  const update: Input<"pipes", "UpdatePipe"> = {
    Name: "pipe",
    RoleArn: PIPE_ROLE,
    SourceParameters: { KinesisStreamParameters: { BatchSize: 5 } },
  };
  await pipes.call("UpdatePipe", update);
  await put('{"n":2}');
  expect(await pipes.bodies("target")).toEqual(["1", "2"]);
  expect((await pipes.call("DescribePipe", { Name: "pipe" })).SourceParameters).toMatchObject({
    KinesisStreamParameters: {
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 5,
      MaximumRetryAttempts: -1,
    },
  });
});

test("pipe: a timestamp belongs to AT_TIMESTAMP", async () => {
  await expect(pipe({ StartingPosition: "AT_TIMESTAMP" })).rejects.toMatchObject({
    code: "ValidationException",
  });
});
