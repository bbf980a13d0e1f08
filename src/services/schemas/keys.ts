/**
 * The keys of the schema registry. `owner` is an account and a region.
 *
 * | key                                             | record       |
 * |-------------------------------------------------|--------------|
 * | schemas registry *owner* name                   | `Registry`   |
 * | schemas schema *owner* registry name            | `Schema`     |
 * | schemas version *owner* registry name number    | `Version`    |
 * | schemas shape *owner* registry name             | `Shape`      |
 * | schemas discoverer *owner* id                   | `Discoverer` |
 * | schemas policy *owner* registry                 | `Policy`     |
 */
import type { Key } from "../../base/ordered-key.ts";
import type { Shape } from "../../languages/event-schema/event-shape.ts";
import { type Collection, collection } from "../../store/collection.ts";

export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

export type Tags = Readonly<Record<string, string>>;

export interface Registry {
  readonly description?: string | undefined;
  readonly tags: Tags;
}

export interface Schema {
  readonly type: string;
  readonly description?: string | undefined;
  readonly tags: Tags;
  readonly modifiedMs: number;
  /** Of the last version ever made: numbers are not used again. */
  readonly lastVersion: number;
  readonly versionCount: number;
  /** Of the update that made the last version. */
  readonly clientToken?: string | undefined;
}

export interface Version {
  readonly type: string;
  readonly content: string;
  readonly createdMs: number;
}

export interface Discoverer {
  readonly sourceArn: string;
  readonly description?: string | undefined;
  readonly crossAccount: boolean;
  readonly state: "STARTED" | "STOPPED";
  readonly tags: Tags;
}

export interface Policy {
  readonly policy: string;
  readonly revisionId: string;
}

export const registries: Collection<Registry> = collection("schemas", "registry");
export const schemas: Collection<Schema> = collection("schemas", "schema");
export const versions: Collection<Version> = collection("schemas", "version");
/** What events of a discovered schema have looked like so far. */
export const shapes: Collection<Shape> = collection("schemas", "shape");
export const discoverers: Collection<Discoverer> = collection("schemas", "discoverer");
export const policies: Collection<Policy> = collection("schemas", "policy");

export function ownerKey({ accountId, region }: Owner): Key {
  return [accountId, region];
}
