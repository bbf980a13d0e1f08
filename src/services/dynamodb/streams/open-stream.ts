/** Streams opened and closed. */
import type { Key } from "../../../base/ordered-key.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { TableRecord, TableStream } from "../table.ts";
import { nextTableNumber } from "../tables.ts";
import { armTrim } from "./retention.ts";
import { type Stream, streamKeyOf, streams } from "./stream.ts";

/** What a partition of a table serves in a second. */
const PARTITION_WRITE_UNITS = 1_000;
const PARTITION_READ_UNITS = 3_000;
/** Partitions of a new table on demand: it takes 4,000 writes a second from the start. */
const ON_DEMAND_SHARDS = 4;
const SHARDS_MAX = 16;

/** Opens a stream; the caller stores what the table has to know of it. */
export function openStream(
  tx: WriteTx,
  record: TableRecord,
  viewType: TableStream["viewType"],
): TableStream {
  const label = freeLabel(tx, record);
  const arn = `${record.arn}/stream/${label}`;
  const number = nextTableNumber(tx);
  const shardIds = newShardIds(tx, shardCount(record));
  const stream: Stream = {
    arn,
    label,
    number,
    tableName: record.name,
    hash: record.hash,
    range: record.range,
    viewType,
    createdMs: tx.nowMs,
    shardIds,
    startId: tx.orderedId(),
  };
  streams.put(tx, keyOf(arn), stream);
  armTrim(tx, arn, tx.nowMs);
  return { arn, label, number, viewType, shards: shardIds.length, isEnabled: true };
}

/** Closes the shards: what is in them stays readable for 24 h. */
export function closeStream(tx: WriteTx, stream: TableStream): TableStream {
  const open = streams.get(tx, keyOf(stream.arn));
  if (open !== undefined && open.endId === undefined) {
    streams.put(tx, keyOf(stream.arn), { ...open, endId: tx.orderedId() });
  }
  return { ...stream, isEnabled: false };
}

function keyOf(arn: string): Key {
  return streamKeyOf(arn) ?? [];
}

/** The time it is enabled; a stream that is enabled in the very same ms gets the next. */
function freeLabel(tx: WriteTx, record: TableRecord): string {
  for (let ms = tx.nowMs; ; ms += 1) {
    const label = new Date(ms).toISOString().slice(0, -1);
    if (streams.get(tx, keyOf(`${record.arn}/stream/${label}`)) === undefined) {
      return label;
    }
  }
}

function shardCount({ billing, throughput }: TableRecord): number {
  if (billing === "PAY_PER_REQUEST" || throughput === undefined) {
    return ON_DEMAND_SHARDS;
  }
  const partitions =
    throughput.writeUnits / PARTITION_WRITE_UNITS + throughput.readUnits / PARTITION_READ_UNITS;
  return Math.min(SHARDS_MAX, Math.max(1, Math.ceil(partitions)));
}

function newShardIds(tx: WriteTx, count: number): readonly string[] {
  const time = String(tx.nowMs).padStart(20, "0");
  const chance = Math.floor(tx.random.next() * 16 ** 7)
    .toString(16)
    .padStart(7, "0");
  return Array.from({ length: count }, (_, index) => {
    return `shardId-${time}-${index.toString(16)}${chance}`;
  });
}
