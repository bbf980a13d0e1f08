/** Source: https://docs.aws.amazon.com/streams/latest/dev/tagging.html */
import { invalidArgument } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";

export type Tags = Readonly<Record<string, string>>;

export function withTags(present: Tags, added: Tags, owner: string): Tags {
  const reserved = Object.keys(added).find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw invalidArgument(
      `Failed to add tags to ${owner} because tag keys that begin with aws: are reserved.`,
    );
  }
  const tags = { ...present, ...added };
  if (Object.keys(tags).length > TAGS_MAX) {
    throw invalidArgument(
      `Failed to add tags to ${owner} because it cannot have more than ${TAGS_MAX} tags ` +
        "associated with it.",
    );
  }
  return tags;
}

export function withoutTags(present: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)));
}

/** In the order of their keys. */
export function shownTags(tags: Tags): readonly { readonly Key: string; readonly Value: string }[] {
  const keys = Object.keys(tags).sort();
  return keys.map((Key) => ({ Key, Value: tags[Key] ?? "" }));
}
