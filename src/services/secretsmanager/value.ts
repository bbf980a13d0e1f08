/** Values of versions: what a request brings, how they are kept, and what readers get. */
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { type SealPlace, seal, unseal } from "../sealing.ts";
import { bothValues, invalidParameter, noValue } from "./errors.ts";
import { type Place, sealKeys } from "./keys.ts";
import { VALUE_BYTES_MAX } from "./limits.ts";
import type { SealedValue } from "./secret.ts";

export interface Value {
  readonly kind: SealedValue["kind"];
  readonly bytes: Uint8Array;
}

interface Given {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** The value that a request brings, if it brings one. */
export function givenValue({ SecretString, SecretBinary }: Given): Value | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw bothValues();
  }
  if (SecretString !== undefined) {
    const bytes = utf8Encode(SecretString);
    if (bytes.length > VALUE_BYTES_MAX) {
      throw invalidParameter(`The secret value can't be larger than ${VALUE_BYTES_MAX} bytes.`);
    }
    return { kind: "string", bytes };
  }
  return SecretBinary && { kind: "binary", bytes: SecretBinary };
}

export function requiredValue(given: Given): Value {
  const value = givenValue(given);
  if (value === undefined) {
    throw noValue();
  }
  return value;
}

/** Whose value. The key is the account's, so that replicas share what is sealed. */
export interface ValueOwner {
  readonly place: Place;
  readonly name: string;
  readonly versionId: string;
}

export function sealValue(tx: WriteTx, owner: ValueOwner, { kind, bytes }: Value): SealedValue {
  return { kind, sealed: seal(tx, sealPlace(owner), bytes) };
}

export function openValue(tx: ReadTx, owner: ValueOwner, { kind, sealed }: SealedValue): Value {
  return { kind, bytes: unseal(tx, sealPlace(owner), sealed) };
}

export function isSameValue(a: Value, b: Value): boolean {
  return a.kind === b.kind && Buffer.from(a.bytes).equals(b.bytes);
}

/** The value as a member of an output. */
export function shownValue({ kind, bytes }: Value): Given {
  return kind === "string" ? { SecretString: utf8Decode(bytes) } : { SecretBinary: bytes };
}

function sealPlace({ place, name, versionId }: ValueOwner): SealPlace {
  return { keys: sealKeys, id: [place.accountId], context: `${name}/${versionId}` };
}
