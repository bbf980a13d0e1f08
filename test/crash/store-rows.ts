/** What the crash tests write, and how they tell whether it is whole. */
import { decodeRecord, encodeRecord } from "../../src/store/record.ts";
import type { ReadTx, WriteTx } from "../../src/store/store.ts";

export const WRITERS = 16;

/** Now and then a value that takes pages of its own. */
const LARGE_EVERY = 37;
const LARGE_BYTES = 40_000;

function contentOf(writer: number, number: number): Uint8Array {
  const sizeBytes = number % LARGE_EVERY === 0 ? LARGE_BYTES : 20 + (number % 300);
  return Buffer.alloc(sizeBytes, (writer * 31 + number) % 251);
}

/** Two rows and two counters that change together; what is old enough is deleted. */
export function writeNumber(tx: WriteTx, writer: number, number: number): void {
  tx.set(["number", writer, number], contentOf(writer, number));
  tx.set(["mirror", number, writer], encodeRecord(number));
  tx.set(["last", writer], encodeRecord(number));
  tx.set(["total"], encodeRecord(total(tx) + 1));
  if (number % 2 === 0) {
    tx.delete(["mirror", number / 2, writer]);
  }
}

export function lastNumber(tx: ReadTx, writer: number): number {
  const bytes = tx.get(["last", writer]);
  return bytes === undefined ? 0 : decodeRecord<number>(bytes);
}

function total(tx: ReadTx): number {
  const bytes = tx.get(["total"]);
  return bytes === undefined ? 0 : decodeRecord<number>(bytes);
}

/** What is missing or torn, as sentences; `acknowledged` is the last number of each writer. */
export function faults(tx: ReadTx, acknowledged: ReadonlyMap<number, number>): readonly string[] {
  const found: string[] = [];
  let sum = 0;
  for (let writer = 0; writer < WRITERS; writer += 1) {
    const last = lastNumber(tx, writer);
    sum += last;
    if (last < (acknowledged.get(writer) ?? 0)) {
      found.push(`writer ${writer}: ${acknowledged.get(writer)} acknowledged, ${last} found`);
    }
    found.push(...faultsOf(tx, writer, last));
  }
  if (total(tx) !== sum) {
    found.push(`the total is ${total(tx)}, the numbers add up to ${sum}`);
  }
  return found;
}

function faultsOf(tx: ReadTx, writer: number, last: number): readonly string[] {
  const found: string[] = [];
  let expected = 0;
  for (const { key, value } of tx.range({ prefix: ["number", writer] })) {
    expected += 1;
    if (key[2] !== expected || Buffer.compare(value, contentOf(writer, expected)) !== 0) {
      found.push(`writer ${writer}: the row of ${expected} is missing or wrong`);
    }
    const isMirrored = tx.get(["mirror", expected, writer]) !== undefined;
    if (isMirrored !== expected > last / 2) {
      found.push(`writer ${writer}: the mirror of ${expected} is torn`);
    }
  }
  if (expected !== last) {
    found.push(`writer ${writer}: ${expected} rows, but the last is ${last}`);
  }
  return found;
}
