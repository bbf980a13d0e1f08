/**
 * Ordered ids (`WriteTx.orderedId`) as the decimal sequence numbers that streams show.
 *
 * An id is 20 digits in base 32, so its number has 28 digits from 1998 to 2251: sequence numbers
 * compare as texts and as numbers alike. They begin with the time of their write, which is how a
 * reader that starts "now" names its place before there is anything to read.
 */
import { orderedIdFrom } from "./stamps.ts";

const ID_DIGITS = 20;
const SEQUENCE_DIGITS = 28;
/** Digits that `BigInt` reads at once, exactly. */
const HALF_DIGITS = 10;
const HALF = 32n ** BigInt(HALF_DIGITS);

export function sequenceNumberOf(orderedId: string): string {
  return numberOf(orderedId).toString().padStart(SEQUENCE_DIGITS, "0");
}

function numberOf(orderedId: string): bigint {
  const high = BigInt(Number.parseInt(orderedId.slice(0, HALF_DIGITS), 32));
  const low = BigInt(Number.parseInt(orderedId.slice(HALF_DIGITS), 32));
  return high * HALF + low;
}

/** `undefined` when the text is no sequence number. */
export function orderedIdOf(sequenceNumber: string): string | undefined {
  if (!/^\d{1,40}$/.test(sequenceNumber)) {
    return undefined;
  }
  const text = BigInt(sequenceNumber).toString(32).padStart(ID_DIGITS, "0");
  return text.length === ID_DIGITS ? text : undefined;
}

/** Sequence numbers of writes before `ms` are below it, all others are not. */
export function firstSequenceNumberAt(ms: number): string {
  return sequenceNumberOf(orderedIdFrom(ms).padEnd(ID_DIGITS, "0"));
}

/**
 * The 56 digits of Kinesis: a version in front, the ordered id, and the number of the shard at the
 * end, which tells sequence numbers of one shard from those of another.
 */
const SHARD_VERSION = 2n ** 185n;
const ORDERED_ID_SHIFT = 84n;
const SHARD_SHIFT = 4n;
const FORMAT = 2n;
const SHARD_MASK = 2n ** 32n - 1n;
const BETWEEN_MASK = 2n ** ORDERED_ID_SHIFT - 2n ** (32n + SHARD_SHIFT);

export interface ShardPlace {
  readonly orderedId: string;
  readonly shard: number;
}

/** Sequence numbers compare as texts and as numbers alike. */
export function shardSequenceNumberOf({ orderedId, shard }: ShardPlace): string {
  const id = numberOf(orderedId);
  const tail = (BigInt(shard) << SHARD_SHIFT) | FORMAT;
  return (SHARD_VERSION | (id << ORDERED_ID_SHIFT) | tail).toString();
}

/** `undefined` when the text is no sequence number of a shard. */
export function shardPlaceOf(sequenceNumber: string): ShardPlace | undefined {
  if (!/^\d{56}$/.test(sequenceNumber)) {
    return undefined;
  }
  const number = BigInt(sequenceNumber);
  const id = (number ^ SHARD_VERSION) >> ORDERED_ID_SHIFT;
  const isOurs =
    number >= SHARD_VERSION &&
    (number & (2n ** SHARD_SHIFT - 1n)) === FORMAT &&
    (number & BETWEEN_MASK) === 0n;
  const orderedId = isOurs ? orderedIdOf(id.toString()) : undefined;
  return orderedId === undefined
    ? undefined
    : { orderedId, shard: Number((number >> SHARD_SHIFT) & SHARD_MASK) };
}
