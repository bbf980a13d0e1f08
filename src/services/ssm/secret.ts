/**
 * SecureString values. They are kept encrypted by a key of the account and region that only the
 * store knows, as there is no KMS here; what a reader without `WithDecryption` sees is that text.
 * The name is authenticated with it, so that no value can pass for that of another parameter.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { assert } from "../../base/assert.ts";
import { concatBytes, fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { type Place, placeKey, secretKeys } from "./keys.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SecretPlace {
  readonly place: Place;
  readonly name: string;
}

/** Base64 of nonce, ciphertext and tag. */
export function encrypt(tx: WriteTx, { place, name }: SecretPlace, plaintext: string): string {
  let key = secretKeys.get(tx, placeKey(place));
  if (key === undefined) {
    key = tx.random.bytes(KEY_BYTES);
    secretKeys.put(tx, placeKey(place), key);
  }
  const nonce = tx.random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(utf8Encode(name));
  const parts = [nonce, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()];
  return toBase64(concatBytes(parts));
}

export function decrypt(tx: ReadTx, { place, name }: SecretPlace, ciphertext: string): string {
  const key = secretKeys.get(tx, placeKey(place));
  assert(key, "an encrypted value has a key");
  const bytes = fromBase64(ciphertext);
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce)
    .setAAD(utf8Encode(name))
    .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES);
  return utf8Decode(concatBytes([decipher.update(body), decipher.final()]));
}
