/**
 * Shard iterators: places in a shard as texts, which know when they were given out and for which
 * stream.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
 */
import { expiredIterator, invalidArgument } from "./errors.ts";
import { ITERATOR_LIFETIME_MS } from "./limits.ts";
import type { PlaceInShard } from "./reading.ts";
import type { Stream, StreamId } from "./stream.ts";

export interface ShardIterator extends PlaceInShard, StreamId {
  readonly stream: number;
  readonly issuedMs: number;
}

export function writeIterator(stream: Stream, place: PlaceInShard, issuedMs: number): string {
  const { accountId, region, name, number } = stream;
  const { shard, after = "", from = "" } = place;
  const parts = [region, accountId, name, number, shard, after, from, issuedMs];
  return Buffer.from(JSON.stringify(parts)).toString("base64");
}

export function readIterator(text: string, nowMs: number): ShardIterator {
  const iterator = parsed(text);
  if (iterator === undefined) {
    throw invalidArgument("Invalid ShardIterator.");
  }
  if (nowMs - iterator.issuedMs > ITERATOR_LIFETIME_MS) {
    throw expiredIterator(iterator.issuedMs, nowMs, ITERATOR_LIFETIME_MS);
  }
  return iterator;
}

function parsed(text: string): ShardIterator | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) {
    return undefined;
  }
  const [region, accountId, name, stream, shard, after, from, issuedMs] = parts as unknown[];
  const areTexts = [region, accountId, name, after, from].every((part) => typeof part === "string");
  const areNumbers = [stream, shard, issuedMs].every((part) => typeof part === "number");
  return areTexts && areNumbers
    ? ({
        region,
        accountId,
        name,
        stream,
        shard,
        after: after === "" ? undefined : after,
        from: from === "" ? undefined : from,
        issuedMs,
      } as ShardIterator)
    : undefined;
}
