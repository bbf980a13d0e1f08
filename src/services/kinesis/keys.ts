/**
 * The key layout of Kinesis. Streams and consumers go by number: a stream made again under an old
 * name sees nothing of the one before.
 *
 * | key                                                  | value                        |
 * |------------------------------------------------------|------------------------------|
 * | `kinesis`, `stream`, region, account, name           | `Stream`                     |
 * | `kinesis`, `shard`, stream, shard                    | `Shard`                      |
 * | `kinesis`, `record`, stream, shard, ordered id       | a record (`stored-record.ts`) |
 * | `kinesis`, `consumer`, stream, name                  | `Consumer`                   |
 * | `kinesis`, `policy`, ARN                             | text                         |
 * | `kinesis`, `account`, region, account                | `AccountSettings`            |
 * | `kinesis`, `last-number`                             | the last number given out    |
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { WriteTx } from "../../store/store.ts";
import type { AccountSettings } from "./account.ts";
import type { Consumer } from "./consumer.ts";
import type { Shard } from "./shard.ts";
import type { Stream } from "./stream.ts";

export const streams: Collection<Stream> = rememberingCollection("kinesis", "stream");
export const shards: Collection<Shard> = collection("kinesis", "shard");
export const consumers: Collection<Consumer> = collection("kinesis", "consumer");
export const policies: Collection<string> = collection("kinesis", "policy");
export const accounts: Collection<AccountSettings> = collection("kinesis", "account");

const numbers: Collection<number> = collection("kinesis", "last-number");

export function recordsKey(stream: number, shard: number): Key {
  return ["kinesis", "record", stream, shard];
}

/** Never given twice. */
export function nextNumber(tx: WriteTx): number {
  const number = (numbers.get(tx, []) ?? 0) + 1;
  numbers.put(tx, [], number);
  return number;
}
