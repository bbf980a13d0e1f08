/** SDK clients read the event streams that we write. */
import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/wire/aws-error.ts";
import { claimRequest } from "../../src/wire/claim.ts";
import type { ServiceName } from "../../src/wire/model.ts";
import { respond } from "../../src/wire/respond.ts";
import { comparable } from "./arbitraries.ts";
import { sdkClient } from "./sdk.ts";

interface Case {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly member: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

const RECORD = {
  SequenceNumber: "1",
  Data: Buffer.from("data"),
  PartitionKey: "k",
  ApproximateArrivalTimestamp: new Date(1_700_000_000_000),
};

const CASES: readonly Case[] = [
  {
    service: "lambda",
    operation: "InvokeWithResponseStream",
    input: { FunctionName: "f" },
    member: "EventStream",
    events: [
      { PayloadChunk: { Payload: Buffer.from("first") } },
      { PayloadChunk: { Payload: Buffer.alloc(70_000, 1) } },
      { InvokeComplete: { ErrorCode: "Unhandled", LogResult: "bG9n" } },
    ],
  },
  {
    service: "kinesis",
    operation: "SubscribeToShard",
    input: {
      ConsumerARN: "arn:aws:kinesis:us-east-1:1:stream/s/consumer/c:1",
      ShardId: "s",
      StartingPosition: { Type: "LATEST" },
    },
    member: "EventStream",
    events: [
      {
        SubscribeToShardEvent: {
          Records: [RECORD],
          ContinuationSequenceNumber: "2",
          MillisBehindLatest: 0,
        },
      },
    ],
  },
  {
    service: "logs",
    operation: "StartLiveTail",
    input: { logGroupIdentifiers: ["arn:aws:logs:us-east-1:1:log-group:g"] },
    member: "responseStream",
    events: [
      { sessionStart: { requestId: "r", sessionId: "s" } },
      { sessionUpdate: { sessionResults: [{ message: "é", timestamp: 1 }] } },
    ],
  },
  {
    service: "s3",
    operation: "SelectObjectContent",
    input: {
      Bucket: "b",
      Key: "k",
      Expression: "select * from s3object",
      ExpressionType: "SQL",
      InputSerialization: { JSON: { Type: "LINES" } },
      OutputSerialization: { JSON: {} },
    },
    member: "Payload",
    events: [
      { Records: { Payload: Buffer.from("{}\n") } },
      { Stats: { Details: { BytesScanned: 3, BytesProcessed: 3, BytesReturned: 3 } } },
      { End: {} },
    ],
  },
];

async function* streamOf(
  events: readonly unknown[],
  error?: AwsError,
): AsyncGenerator<unknown, void> {
  yield* events;
  if (error !== undefined) {
    throw error;
  }
}

async function received(one: Case, error?: AwsError): Promise<readonly unknown[]> {
  const { service, operation, input, member, events } = one;
  const client = sdkClient(service, (request) =>
    respond(claimRequest(request), { [member]: streamOf(events, error) }, "id"),
  );
  const output = await client.send(operation, input);
  const found: unknown[] = [];
  for await (const event of output[member] as AsyncIterable<unknown>) {
    found.push(comparable(event));
  }
  return found;
}

describe("event streams", () => {
  test.each(CASES)("$service $operation", async (one) => {
    expect(await received(one)).toEqual(one.events.map(comparable));
  });

  test("an error on the way ends the stream as an exception", async () => {
    const [, one] = CASES;
    const error = new AwsError({ code: "ResourceInUseException", message: "taken" });
    await expect(received(one as Case, error)).rejects.toMatchObject({
      name: "ResourceInUseException",
      message: "taken",
    });
  });
});
