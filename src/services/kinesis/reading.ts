/** Reads of a shard from a place on. They touch the rows of that shard alone. */
import type { Range, ReadTx } from "../../store/store.ts";
import type { Record_ } from "../../wire/models/kinesis.gen.ts";
import { recordsKey } from "./keys.ts";
import { horizonId } from "./retention.ts";
import { arrivalOf, shownRecord } from "./stored-record.ts";
import type { Stream } from "./stream.ts";

/** Between records: behind one, in front of one, or where what is left begins. */
export interface ShardPosition {
  readonly after?: string | undefined;
  readonly from?: string | undefined;
}

export interface ShardPage {
  readonly records: readonly Record_[];
  readonly sizeBytes: number;
  /** Of the last record. */
  readonly lastId: string | undefined;
  /** When the next record came that this page has no room for; `undefined`: there is none. */
  readonly nextArrivedMs: number | undefined;
}

export interface PlaceInShard extends ShardPosition {
  readonly shard: number;
}

export interface PageLimits {
  readonly records: number;
  readonly bytes: number;
}

/** Up to as many records and bytes, but at least one record. */
export function readShard(
  tx: ReadTx,
  stream: Stream,
  place: PlaceInShard,
  limits: PageLimits,
): ShardPage {
  const { shard } = place;
  const records: Record_[] = [];
  let [lastId, sumBytes]: [string | undefined, number] = [undefined, 0];
  for (const entry of tx.range(rangeOf(tx, stream, place))) {
    if (records.length === limits.records) {
      const nextArrivedMs = arrivalOf(entry.value);
      return { records, lastId, sizeBytes: sumBytes, nextArrivedMs };
    }
    const orderedId = entry.key.at(-1) as string;
    const { record, sizeBytes, arrivedMs } = shownRecord({ orderedId, shard }, entry.value);
    if (records.length > 0 && sumBytes + sizeBytes > limits.bytes) {
      return { records, lastId, sizeBytes: sumBytes, nextArrivedMs: arrivedMs };
    }
    records.push(record);
    sumBytes += sizeBytes;
    lastId = orderedId;
  }
  return { records, lastId, sizeBytes: sumBytes, nextArrivedMs: undefined };
}

/** Behind everything that is there now. */
export function latestPosition(tx: ReadTx, stream: Stream, shard: number): ShardPosition {
  const [last] = tx.range({ prefix: recordsKey(stream.number, shard), reverse: true, limit: 1 });
  return last === undefined ? {} : { after: last.key.at(-1) as string };
}

function rangeOf(tx: ReadTx, stream: Stream, { shard, after, from = "" }: PlaceInShard): Range {
  const prefix = recordsKey(stream.number, shard);
  const horizon = horizonId(stream, tx.nowMs);
  if (after !== undefined && after >= horizon) {
    return { prefix, after: [...prefix, after] };
  }
  return { prefix, from: [...prefix, from > horizon ? from : horizon] };
}
