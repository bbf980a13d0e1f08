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
  const high = BigInt(Number.parseInt(orderedId.slice(0, HALF_DIGITS), 32));
  const low = BigInt(Number.parseInt(orderedId.slice(HALF_DIGITS), 32));
  return (high * HALF + low).toString().padStart(SEQUENCE_DIGITS, "0");
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
