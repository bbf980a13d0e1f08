/** Hands the record of a discarded batch to the on-failure destination. Refusals are answers. */
import type { ByteStream } from "../base/byte-stream.ts";
import { utf8Encode } from "../base/bytes.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { PolledMapping } from "../outbox/event-source.ts";
import { deliver, type Sinks } from "../outbox/sink.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { WriteTx } from "../store/store.ts";
import { AwsError } from "../wire/aws-error.ts";
import { type DiscardedBatch, failureObject, failureRecord } from "./stream-failure-record.ts";
import type { StreamConsumer } from "./stream-invocation.ts";

export interface DiscardPorts {
  readonly dispatcher: Dispatcher;
  readonly sinks: Sinks;
  readonly clock: Clock;
  readonly random: Random;
  readonly consumer?: StreamConsumer;
}

/** To a queue or topic, in the transaction that moves the position; says why that is refused. */
export function tellOfDiscarded(
  tx: WriteTx,
  { sinks, consumer }: DiscardPorts,
  mapping: PolledMapping,
  discarded: DiscardedBatch,
): string | undefined {
  const target = mapping.stream?.onFailureArn;
  if (target === undefined || isBucket(target)) {
    return undefined;
  }
  const record =
    consumer?.failureRecord(tx.nowMs, discarded) ?? failureRecord(tx.nowMs, mapping, discarded);
  const acceptance = deliver(tx, sinks, target, {
    payload: JSON.stringify(record),
    sourceArn: mapping.functionArn,
  });
  return acceptance.accepted ? undefined : acceptance.message;
}

/** To a bucket; says why it takes nothing, which must not hold up the shard. */
export async function storeDiscarded(
  { dispatcher, clock, random }: DiscardPorts,
  mapping: PolledMapping,
  discarded: DiscardedBatch,
): Promise<string | undefined> {
  const target = mapping.stream?.onFailureArn;
  if (target === undefined || !isBucket(target)) {
    return undefined;
  }
  const payload = `{"Records":[${discarded.records.map(({ json }) => json).join(",")}]}`;
  const parts = { mapping, uuid: random.uuid(), payload };
  const { bucket, key, body } = failureObject(clock.nowMs(), parts, discarded);
  const { accountId, region } = mapping;
  try {
    await dispatcher.call({ accountId, region }, "s3", "PutObject", {
      Bucket: bucket,
      Key: key,
      Body: bodyOf(body),
      ContentType: "application/json",
    });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return error.message;
    }
    throw error;
  }
}

function isBucket(arn: string): boolean {
  return arn.startsWith("arn:aws:s3:");
}

async function* bodyOf(text: string): ByteStream {
  yield utf8Encode(text);
}
