/** An S3 with one bucket, named `bucket`: for unit tests of S3. */
import type { ByteStream } from "../base/byte-stream.ts";
import type { Key } from "../base/ordered-key.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import type { S3Ports } from "../services/s3/ports.ts";
import { createS3 } from "../services/s3/service.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import { createRecordingSink, type Recorded, takeRecorded } from "./recording-sink.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface TestBucket {
  readonly s3: ServiceCaller<"s3">;
  readonly store: Store;
  readonly clock: SimulatedClock;
  /** The keys of all rows of S3. */
  rows(): Promise<readonly Key[]>;
  /** What targets of notifications got since the last call. */
  told(): Promise<readonly Recorded[]>;
  /** How many blobs somebody retains or has yet to be removed. */
  blobs(): Promise<number>;
}

export async function createTestBucket(): Promise<TestBucket> {
  const { store, clock, random } = createTestStore();
  const core = { store, clock, random, log: createMemoryLog() };
  const blobs = await createMemoryBlobs(core);
  const { sinks, dispatcher } = createTargets();
  const service = createS3({ ...core, blobs, sinks, dispatcher });
  const s3 = serviceCaller<"s3">(service, clock);
  createTimerLoop({ ...core, handlers: service.timers ?? {} }).start();
  await s3("CreateBucket", { Bucket: "bucket" });
  const keysOf = (prefix: string): Promise<Key[]> =>
    store.read((tx) => [...tx.range({ prefix: [prefix] })].map(({ key }) => key));
  return {
    s3,
    store,
    clock,
    rows: () => keysOf("s3"),
    told: () => takeRecorded(store),
    async blobs() {
      await clock.advance(0);
      return (await keysOf("blob")).length + (await keysOf("blob-released")).length;
    },
  };
}

/**
 * Queues, topics, buses and functions: there is every one but those named `missing`. Functions
 * let S3 invoke them for the bucket, but for those named `silent` and `other`.
 */
function createTargets(): Pick<S3Ports, "sinks" | "dispatcher"> {
  const isMissing = (arn: string): boolean => arn.endsWith(":missing");
  const sink = createRecordingSink((arn) =>
    isMissing(arn) ? { accepted: false, code: "NotFound", message: "gone" } : undefined,
  );
  const callByName = async (_: unknown, service: string, operation: string, input: unknown) => {
    const { FunctionName: arn } = input as { readonly FunctionName: string };
    const isKnown = service === "lambda" && !isMissing(arn);
    if (isKnown && operation === "GetFunctionConfiguration") {
      return {};
    }
    if (isKnown && operation === "GetPolicy" && !arn.endsWith(":silent")) {
      return { Policy: policyOf(arn) };
    }
    throw new AwsError({ code: "ResourceNotFoundException", message: arn, status: 404 });
  };
  return {
    sinks: { sqs: sink, sns: sink, lambda: sink, events: sink },
    dispatcher: { callByName, call: callByName as Dispatcher["call"] },
  };
}

/** Lets S3 invoke a function for `bucket`, and for another bucket one of the qualifier `other`. */
function policyOf(arn: string): string {
  const bucket = arn.endsWith(":other") ? "other" : "bucket";
  const statement = {
    Sid: "s3",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: arn,
    Condition: { ArnLike: { "AWS:SourceArn": `arn:aws:s3:::${bucket}` } },
  };
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: [statement] });
}

/** A body in two parts. */
export async function* bodyOf(
  content: string | Uint8Array,
): ByteStream & AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content as string);
  const middle = Math.ceil(bytes.length / 2);
  yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}

/** A body's bytes as text. */
export async function textOf(body: ByteStream | undefined): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body ?? []) {
    parts.push(part);
  }
  return Buffer.concat(parts).toString("latin1");
}
