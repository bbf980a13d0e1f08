/**
 * Sequence numbers of FIFO queues: message keys, which are ordered in the whole store and survive
 * restarts, as decimal numbers. AWS promises 128 bits that grow within a group.
 */

const DIGITS = "0123456789abcdefghijklmnopqrstuv";

/** Keys are base 32: 20 of its digits are 100 bits, 28 or more decimal digits at today's dates. */
export function sequenceNumber(messageKey: string): string {
  let value = 0n;
  for (const digit of messageKey) {
    value = value * 32n + BigInt(DIGITS.indexOf(digit));
  }
  return String(value);
}
