/** Records as requests bring them, checked before they get their place. */
import { notSupported } from "../../wire/aws-error.ts";
import { invalidArgument, validation } from "./errors.ts";
import { HASH_KEYS, hashOf, toHex } from "./hash-range.ts";
import { recordBytesMax, type Stream } from "./stream.ts";

export interface PutDraft {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** In hexadecimal: what decides the shard. */
  readonly hash: string;
  readonly sizeBytes: number;
}

interface Given {
  readonly Data: Uint8Array;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/** `path` leads to the record in messages: `records.1.member.`. */
export function checkedDraft(stream: Stream, given: Given, path: string): PutDraft {
  const { Data: data, PartitionKey: partitionKey, ExplicitHashKey: explicit } = given;
  if (partitionKey === undefined) {
    throw notSupported("PutRecord", "a record without PartitionKey");
  }
  const limit = recordBytesMax(stream);
  const sizeBytes = data.length + Buffer.byteLength(partitionKey);
  if (data.length > limit) {
    throw validation(
      `1 validation error detected: Value at '${path}data' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${limit}`,
    );
  }
  const hash = explicit === undefined ? hashOf(partitionKey) : explicitHash(explicit);
  return { partitionKey, data, hash, sizeBytes };
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
