/**
 * The keys of Parameter Store. `place` is an account and a region.
 *
 * | key                           | record             | what for                               |
 * |-------------------------------|--------------------|----------------------------------------|
 * | ssm parameter *place* name    | `Parameter`        | what all versions share                |
 * | ssm version *place* name n    | `ParameterVersion` | value and settings of a version        |
 * | ssm count *place*             | number             | parameters of the standard tier        |
 * | ssm secret *place*            | bytes              | the key that SecureStrings are kept by |
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Parameter, ParameterVersion } from "./parameter.ts";

export const parameters: Collection<Parameter> = collection("ssm", "parameter");
export const versions: Collection<ParameterVersion> = collection("ssm", "version");
export const standardCounts: Collection<number> = collection("ssm", "count");
export const secretKeys: Collection<Uint8Array> = collection("ssm", "secret");

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function placeKey(place: Place): Key {
  return [place.accountId, place.region];
}

export function parameterKey(place: Place, name: string): Key {
  return [place.accountId, place.region, name];
}

export function versionKey(place: Place, name: string, version: number): Key {
  return [place.accountId, place.region, name, version];
}
