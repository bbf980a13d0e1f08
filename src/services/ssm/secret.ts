/**
 * SecureString values. They are kept encrypted by a key of the account and region; what a reader
 * without `WithDecryption` sees is that text.
 */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { type SealPlace, seal, unseal } from "../sealing.ts";
import { type Place, placeKey, secretKeys } from "./keys.ts";

export interface SecretPlace {
  readonly place: Place;
  readonly name: string;
}

/** Base64 of the sealed text. */
export function encrypt(tx: WriteTx, secret: SecretPlace, plaintext: string): string {
  return toBase64(seal(tx, sealPlace(secret), utf8Encode(plaintext)));
}

export function decrypt(tx: ReadTx, secret: SecretPlace, ciphertext: string): string {
  return utf8Decode(unseal(tx, sealPlace(secret), fromBase64(ciphertext)));
}

function sealPlace({ place, name }: SecretPlace): SealPlace {
  return { keys: secretKeys, id: placeKey(place), context: name };
}
