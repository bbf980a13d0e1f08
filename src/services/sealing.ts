/**
 * Values that are kept encrypted: by a key that only the store knows, as there is no KMS here.
 *
 * AES-256 in GCM. A context that is no secret (the owner's name) is authenticated with the value, so
 * that no value can pass for another's. Whoever has the whole data folder has the key as well.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { assert } from "../base/assert.ts";
import { concatBytes, utf8Encode } from "../base/bytes.ts";
import type { Key } from "../base/ordered-key.ts";
import type { Collection } from "../store/collection.ts";
import type { ReadTx, WriteTx } from "../store/store.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Which key of a collection of keys, and what for. */
export interface SealPlace {
  readonly keys: Collection<Uint8Array>;
  readonly id: Key;
  readonly context: string;
}

/** Nonce, ciphertext and tag. The key is made when it is needed for the first time. */
export function seal(tx: WriteTx, place: SealPlace, plaintext: Uint8Array): Uint8Array {
  let key = place.keys.get(tx, place.id);
  if (key === undefined) {
    key = tx.random.bytes(KEY_BYTES);
    place.keys.put(tx, place.id, key);
  }
  const nonce = tx.random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(utf8Encode(place.context));
  return concatBytes([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export function unseal(tx: ReadTx, place: SealPlace, sealed: Uint8Array): Uint8Array {
  const key = place.keys.get(tx, place.id);
  assert(key, "a sealed value has a key");
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce)
    .setAAD(utf8Encode(place.context))
    .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  return concatBytes([decipher.update(body), decipher.final()]);
}
