/** Secrets, their versions, and the records that stand for them in other regions. */
import { formatArn } from "../../base/arn.ts";
import type { WriteTx } from "../../store/store.ts";
import { type Place, secretKey, secrets } from "./keys.ts";
import type { Rotation } from "./rotation.ts";
import type { Stages } from "./stages.ts";

export type Tags = Readonly<Record<string, string>>;

export interface Secret {
  readonly name: string;
  /** The six characters at the end of the ARN. */
  readonly suffix: string;
  readonly description: string | undefined;
  /** As given: an id, an ARN or an alias. */
  readonly kmsKeyId: string | undefined;
  readonly createdMs: number;
  readonly changedMs: number;
  /** The day, at midnight UTC. */
  readonly accessedMs: number | undefined;
  /** When the recovery window of a deleted secret ends. */
  readonly deletionMs: number | undefined;
  readonly tags: Tags;
  readonly policy: string | undefined;
  /** The version that each label is attached to. */
  readonly stages: Stages;
  readonly rotation: Rotation | undefined;
  readonly replicas: readonly ReplicaRegion[];
}

export interface Version {
  readonly createdMs: number;
  /** The day, at midnight UTC. */
  readonly accessedMs: number | undefined;
  readonly kmsKeyId: string | undefined;
  /** Absent as long as a rotation has not put one. */
  readonly value: SealedValue | undefined;
}

export interface SealedValue {
  readonly kind: "string" | "binary";
  readonly sealed: Uint8Array;
}

export interface ReplicaRegion {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
  /** Why there is none. */
  readonly failure: string | undefined;
}

/**
 * A replica has nothing of its own: who reads it reads the primary secret, so it is always in sync.
 */
export interface Replica {
  readonly primaryRegion: string;
  readonly accessedMs: number | undefined;
}

export function secretArn(place: Place, { name, suffix }: Pick<Secret, "name" | "suffix">): string {
  return formatArn({ service: "secretsmanager", ...place, resource: `secret:${name}-${suffix}` });
}

/** Stores a secret that somebody changed. */
export function saveSecret(tx: WriteTx, place: Place, secret: Secret): Secret {
  const changed: Secret = { ...secret, changedMs: tx.nowMs };
  secrets.put(tx, secretKey(place, secret.name), changed);
  return changed;
}

const SUFFIX_SIZE = 6;
const SUFFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function newSuffix(tx: WriteTx): string {
  return Array.from(
    { length: SUFFIX_SIZE },
    () => SUFFIX_ALPHABET[Math.floor(tx.random.next() * SUFFIX_ALPHABET.length)],
  ).join("");
}
