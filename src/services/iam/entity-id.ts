/**
 * Unique ids of IAM: a prefix for the kind, then 17 characters.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
import type { Random } from "../../platform/random.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CHARACTERS = 17;

export function entityId(random: Random, kind: "role" | "policy"): string {
  return idOf(kind, random.bytes(CHARACTERS));
}

/** The same for bytes that are given. */
export function idOf(kind: "role" | "policy", bytes: Uint8Array): string {
  let id = kind === "role" ? "AROA" : "ANPA";
  for (const byte of bytes.subarray(0, CHARACTERS)) {
    id += ALPHABET[byte & 31] ?? "";
  }
  return id;
}
