/** Tags of buses and rules. */
import type { Tags } from "./bus.ts";
import { limitExceeded } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** `before` with `added` laid over it. */
export function withTags(before: Tags, added: readonly Tag[]): Tags {
  const tags = { ...before, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) };
  if (Object.keys(tags).length > TAGS_MAX) {
    throw limitExceeded();
  }
  return tags;
}

export function withoutTags(before: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));
}

export function tagList(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
