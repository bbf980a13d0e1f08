/** Pipes that read the stream of a table. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPipesFixture, type PipesFixture } from "../../testing/pipes-fixture.ts";
import type { Input } from "../../wire/operations.ts";

const LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:work";
const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

type StreamParameters = NonNullable<
  NonNullable<Input<"pipes", "CreatePipe">["SourceParameters"]>["DynamoDBStreamParameters"]
>;

let pipes: PipesFixture;
let Source: string;

beforeEach(async () => {
  pipes = createPipesFixture();
  await pipes.queue("target");
  const { TableDescription } = await pipes.dynamodb("CreateTable", {
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  Source = TableDescription?.LatestStreamArn ?? "";
  await pipes.clock.advance(0);
});

afterEach(() => pipes.stop());

/** Changes of one item, which stay in one shard and in order. */
async function put(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const Item = { id: { S: "order" }, name: { S: name } };
    await pipes.dynamodb("PutItem", { TableName: "orders", Item });
  }
  await pipes.clock.advance(0);
}

function pipe(
  parameters: Partial<StreamParameters> = {},
  more: Partial<Input<"pipes", "CreatePipe">> = {},
): Promise<void> {
  return pipes.pipe({
    Source,
    SourceParameters: {
      DynamoDBStreamParameters: { StartingPosition: "TRIM_HORIZON", ...parameters },
    },
    TargetParameters: { InputTemplate: "<$.dynamodb.NewImage.name.S>" },
    ...more,
  });
}

const namesIn = (payload: unknown): readonly string[] =>
  (payload as { dynamodb: { NewImage: { name: { S: string } } } }[]).map(
    ({ dynamodb }) => dynamodb.NewImage.name.S,
  );

describe("a pipe from a table", () => {
  test("hands on what was written before it, and after", async () => {
    await put("a");
    await pipe();
    await put("b");
    expect(await pipes.bodies("target")).toEqual(["a", "b"]);
  });

  test("from LATEST hands on what comes after it", async () => {
    await put("a");
    await pipe({ StartingPosition: "LATEST" });
    await put("b");
    expect(await pipes.bodies("target")).toEqual(["b"]);
  });

  test("filters records", async () => {
    const Pattern = '{"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"name": {"S": ["b"]}}}}';
    await pipe(
      {},
      {
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: "TRIM_HORIZON" },
          FilterCriteria: { Filters: [{ Pattern }] },
        },
      },
    );
    await put("a", "b", "c");
    expect(await pipes.bodies("target")).toEqual(["b"]);
  });

  test("goes on behind what it has done, after a restart and after a rest", async () => {
    await pipe();
    await put("a");
    await pipes.restartPollers();
    await put("b");
    await pipes.call("StopPipe", { Name: "pipe" });
    await put("c");
    await pipes.call("StartPipe", { Name: "pipe" });
    await pipes.clock.advance(0);
    expect(await pipes.bodies("target")).toEqual(["a", "b", "c"]);
  });

  test("made anew under its name begins anew", async () => {
    await pipe();
    await put("a");
    await pipes.call("DeletePipe", { Name: "pipe" });
    await pipes.clock.advance(0);
    await pipe();
    await pipes.clock.advance(0);
    expect(await pipes.bodies("target")).toEqual(["a", "a"]);
  });

  test("records that the target names come again, with those behind them", async () => {
    const seen: (readonly string[])[] = [];
    pipes.handler("work", (payload) => {
      seen.push(namesIn(payload));
      const failed = (payload as { eventID: string }[])[1];
      return seen.length === 1 && failed !== undefined
        ? { batchItemFailures: [{ itemIdentifier: failed.eventID }] }
        : null;
    });
    await put("a", "b", "c");
    await pipe({}, { Target: LAMBDA, TargetParameters: {} });
    await pipes.clock.advance(60_000);
    expect(seen).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
  });

  test("what fails too often goes to the dead-letter queue, by its place in the stream", async () => {
    await pipes.queue("dead");
    let count = 0;
    pipes.handler("work", () => {
      count += 1;
      throw new Error("no");
    });
    await pipe(
      { MaximumRetryAttempts: 2, DeadLetterConfig: { Arn: DEAD } },
      { Target: LAMBDA, TargetParameters: {} },
    );
    await put("a");
    await pipes.clock.advance(600_000);
    expect(count).toBe(3);
    expect(await pipes.bodies("dead")).toEqual([
      {
        context: {
          partnerResourceArn: "arn:aws:pipes:us-east-1:000000000000:pipe/pipe",
          condition: "RetryAttemptsExhausted",
        },
        version: "1.0",
        timestamp: expect.stringMatching(/^2026-/),
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: expect.stringMatching(/^\d+$/),
          endSequenceNumber: expect.stringMatching(/^\d+$/),
          approximateArrivalOfFirstRecord: expect.stringMatching(/^2026-/),
          approximateArrivalOfLastRecord: expect.stringMatching(/^2026-/),
          batchSize: 1,
          streamArn: Source,
        },
      },
    ]);
  });

  test("AUTOMATIC_BISECT finds the record that fails", async () => {
    const seen: (readonly string[])[] = [];
    pipes.handler("work", (payload) => {
      seen.push(namesIn(payload));
      if (namesIn(payload).includes("b")) {
        throw new Error("no");
      }
    });
    await put("a", "b");
    await pipe(
      { OnPartialBatchItemFailure: "AUTOMATIC_BISECT", MaximumRetryAttempts: 0 },
      { Target: LAMBDA, TargetParameters: {} },
    );
    await pipes.clock.advance(60_000);
    expect(seen).toEqual([["a", "b"], ["a"], ["b"]]);
  });
});

test("DescribePipe shows the rules that hold; UpdatePipe keeps where it began", async () => {
  await pipe();
  const expected = {
    StartingPosition: "TRIM_HORIZON",
    BatchSize: 10,
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
    ParallelizationFactor: 1,
  };
  const { SourceParameters } = await pipes.call("DescribePipe", { Name: "pipe" });
  expect(SourceParameters?.DynamoDBStreamParameters).toEqual(expected);
  await pipes.call("UpdatePipe", {
    Name: "pipe",
    RoleArn: "arn:aws:iam::000000000000:role/pipe",
    SourceParameters: { DynamoDBStreamParameters: { MaximumRetryAttempts: 4, BatchSize: 5 } },
  });
  const changed = await pipes.call("DescribePipe", { Name: "pipe" });
  expect(changed.SourceParameters?.DynamoDBStreamParameters).toEqual({
    ...expected,
    MaximumRetryAttempts: 4,
    BatchSize: 5,
  });
});

test("a stream that is not there fails the creation", async () => {
  await pipe({}, { Source: Source.replace("orders", "none") });
  const { CurrentState } = await pipes.call("DescribePipe", { Name: "pipe" });
  expect(CurrentState).toBe("CREATE_FAILED");
});
