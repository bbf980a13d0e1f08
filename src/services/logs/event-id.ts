/** The ids of log events, and the places they stand for. */
import { assert } from "../../base/assert.ts";

/** Where an event lies inside its stream; events of one group are ordered by it. */
export interface Position {
  readonly timestampMs: number;
  /** An ordered id: 20 characters, base 32. */
  readonly sequence: string;
}

const SEQUENCE_BITS = 100n;
const HALF_BITS = 50n;
const HALF_DIGITS = 10;
/** Makes ids as long as AWS's: 56 digits. */
const FILL_BITS = 44n;
const ID_DIGITS = 56;
/** What an id has room for: the year 2109. */
export const ID_TIME_MS_MAX = 4_400_000_000_000;

/** An event's id: its position as a number of 56 digits, so that ids are ordered as events are. */
export function eventId({ timestampMs, sequence }: Position): string {
  assert(sequence.length === 2 * HALF_DIGITS, `a sequence of ${sequence.length} characters`);
  const high = BigInt(Number.parseInt(sequence.slice(0, HALF_DIGITS), 32));
  const low = BigInt(Number.parseInt(sequence.slice(HALF_DIGITS), 32));
  const time = BigInt(Math.min(timestampMs, ID_TIME_MS_MAX));
  const bits = (time << SEQUENCE_BITS) | (high << HALF_BITS) | low;
  return (bits << FILL_BITS).toString().padStart(ID_DIGITS, "0");
}

/** `undefined` when the text is no id. */
export function positionOf(id: string): Position | undefined {
  if (id.length !== ID_DIGITS || !/^\d+$/.test(id)) {
    return undefined;
  }
  const bits = BigInt(id) >> FILL_BITS;
  const low = BigInt.asUintN(Number(HALF_BITS), bits);
  const high = BigInt.asUintN(Number(HALF_BITS), bits >> HALF_BITS);
  const digits = (half: bigint): string => half.toString(32).padStart(HALF_DIGITS, "0");
  return {
    timestampMs: Number(bits >> SEQUENCE_BITS),
    sequence: digits(high) + digits(low),
  };
}

/** Before every event of that time. */
export function startOf(timestampMs: number): Position {
  return { timestampMs, sequence: "0".repeat(2 * HALF_DIGITS) };
}
