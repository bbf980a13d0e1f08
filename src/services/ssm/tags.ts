/** Tags of parameters. */

import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { invalidResourceId, tooManyTags } from "./errors.ts";
import { type Place, parameterKey, parameters } from "./keys.ts";
import { TAGS_MAX } from "./limits.ts";
import { isName } from "./name.ts";
import type { Parameter, Tags } from "./parameter.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** `before` with `added` laid over it. */
export function withTags(before: Tags, added: readonly Tag[]): Tags {
  const tags = { ...before, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) };
  if (Object.keys(tags).length > TAGS_MAX) {
    throw tooManyTags();
  }
  return tags;
}

export function withoutTags(before: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));
}

export function tagList(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Of all the resources of Systems Manager there are parameters only. */
export function checkIsParameter(operation: string, resourceType: string): void {
  if (resourceType !== "Parameter") {
    throw notSupported(`ssm:${operation}`, `the resource type ${resourceType}`);
  }
}

export function requireResource(tx: ReadTx, place: Place, name: string): Parameter {
  const parameter = isName(name) ? parameters.get(tx, parameterKey(place, name)) : undefined;
  if (parameter === undefined) {
    throw invalidResourceId();
  }
  return parameter;
}

export function changeTags(
  tx: WriteTx,
  place: Place,
  { name, change }: { readonly name: string; readonly change: (tags: Tags) => Tags },
): void {
  const parameter = requireResource(tx, place, name);
  const changed: Parameter = { ...parameter, tags: change(parameter.tags) };
  parameters.put(tx, parameterKey(place, name), changed);
}
