/** Tags of secrets. */
import type { Tag } from "../../wire/models/secretsmanager.gen.ts";
import { tooManyTags } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";
import type { Tags } from "./secret.ts";

/** `before` with `added` laid over it. */
export function withTags(before: Tags, added: readonly Tag[]): Tags {
  const tags: Tags = {
    ...before,
    ...Object.fromEntries(added.map(({ Key = "", Value = "" }) => [Key, Value])),
  };
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
