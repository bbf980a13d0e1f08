/** Tags of roles and policies. */
import { invalidInput, limitExceeded } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";

export type Tags = Readonly<Record<string, string>>;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** `before` with `added` laid over it; keys of one case differ in more than that. */
export function withTags(before: Tags, added: readonly Tag[]): Tags {
  const lower = added.map(({ Key }) => Key.toLowerCase());
  if (new Set(lower).size < lower.length) {
    throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  const kept = Object.entries(before).filter(([key]) => !lower.includes(key.toLowerCase()));
  const tags = Object.fromEntries([...kept, ...added.map(({ Key, Value }) => [Key, Value])]);
  if (Object.keys(tags).length > TAGS_MAX) {
    throw limitExceeded("The number of tags has reached the maximum limit.");
  }
  return tags;
}

export function withoutTags(before: Tags, keys: readonly string[]): Tags {
  const lower = keys.map((key) => key.toLowerCase());
  return Object.fromEntries(
    Object.entries(before).filter(([key]) => !lower.includes(key.toLowerCase())),
  );
}

/** In the order of their keys. */
export function tagList(tags: Tags): readonly Tag[] {
  return Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** A member that is absent where there are no tags. */
export function tagsMember(tags: Tags): { readonly Tags?: readonly Tag[] } {
  const list = tagList(tags);
  return list.length === 0 ? {} : { Tags: list };
}
