/**
 * The keys of Secrets Manager. `place` is an account and a region.
 *
 * | key                                     | record    | what for                                   |
 * |-----------------------------------------|-----------|--------------------------------------------|
 * | secretsmanager secret *place* name      | `Secret`  | what all versions share                    |
 * | secretsmanager version *place* name id  | `Version` | a value                                    |
 * | secretsmanager replica *place* name     | `Replica` | a secret of another region that shows here |
 * | secretsmanager key account              | bytes     | the key that values are kept by            |
 *
 * Timers: `secretsmanager.deletion` the end of a recovery window; `secretsmanager.rotation` the
 * beginning of a rotation window. Jobs: `secretsmanager.rotate`, a step of a rotation.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Replica, Secret, Version } from "./secret.ts";

export const secrets: Collection<Secret> = collection("secretsmanager", "secret");
export const versions: Collection<Version> = collection("secretsmanager", "version");
export const replicas: Collection<Replica> = collection("secretsmanager", "replica");
export const sealKeys: Collection<Uint8Array> = collection("secretsmanager", "key");

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function placeKey(place: Place): Key {
  return [place.accountId, place.region];
}

export function secretKey(place: Place, name: string): Key {
  return [place.accountId, place.region, name];
}

export function versionKey(place: Place, name: string, versionId: string): Key {
  return [place.accountId, place.region, name, versionId];
}
