/**
 * Records as requests bring them, checked before they get their place.
 * Source of what streams do that distribute by themselves:
 * https://docs.aws.amazon.com/streams/latest/dev/service-managed-pk-producing-behavior.html
 */
import type { WriteTx } from "../../store/store.ts";
import { invalidArgument, validation } from "./errors.ts";
import { HASH_KEYS, hashOf, toHex } from "./hash-range.ts";
import { anyShard, shardFor } from "./resharding.ts";
import { recordBytesMax, type Stream } from "./stream.ts";

export interface PutDraft {
  /** Empty for a record without one. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** The index of its shard. */
  readonly shard: number;
  readonly sizeBytes: number;
}

interface Given {
  readonly Data: Uint8Array;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/** `path` leads to the record in messages: `records.1.member.`. */
export function checkedDraft(tx: WriteTx, stream: Stream, given: Given, path: string): PutDraft {
  const { Data: data, PartitionKey: partitionKey = "", ExplicitHashKey: explicit } = given;
  if (partitionKey === "" && stream.distributesItself !== true) {
    throw validation(
      `1 validation error detected: Value null at '${path}partitionKey' failed to satisfy ` +
        "constraint: Member must not be null",
    );
  }
  const limit = recordBytesMax(stream);
  const sizeBytes = data.length + Buffer.byteLength(partitionKey);
  if (data.length > limit) {
    throw validation(
      `1 validation error detected: Value at '${path}data' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${limit}`,
    );
  }
  if (stream.distributesItself === true) {
    return { partitionKey, data, shard: anyShard(tx, stream), sizeBytes };
  }
  const hash = explicit === undefined ? hashOf(partitionKey) : explicitHash(explicit);
  return { partitionKey, data, shard: shardFor(stream, hash), sizeBytes };
}

function explicitHash(text: string): string {
  const key = BigInt(text);
  if (key >= HASH_KEYS) {
    throw invalidArgument(
      "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. " +
        `Specified value was ${text}`,
    );
  }
  return toHex(key);
}
