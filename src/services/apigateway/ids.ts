/** Ids as API Gateway makes them, and what can be one. */
import type { WriteTx } from "../../store/store.ts";

export const API_ID_LENGTH = 10;
export const PART_ID_LENGTH = 6;

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const KEY_ALPHABET = `${ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
const API_KEY_LENGTH = 40;

export function newId(tx: WriteTx, length: number): string {
  return drawn(tx, ALPHABET, length);
}

/** The value of an API key that its creator did not choose. */
export function newKeyValue(tx: WriteTx): string {
  return drawn(tx, KEY_ALPHABET, API_KEY_LENGTH);
}

function drawn(tx: WriteTx, alphabet: string, length: number): string {
  let text = "";
  for (const byte of tx.random.bytes(length)) {
    text += alphabet[byte % alphabet.length] ?? "";
  }
  return text;
}

/** Whether a text can be the id or name of anything here: all else need not be looked for. */
export function isPartName(text: string): boolean {
  return /^[\w-]{1,128}$/.test(text);
}
