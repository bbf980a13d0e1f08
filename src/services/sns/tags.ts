/**
 * Tags of topics.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html
 */
import type { Arn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import { invalidFor, invalidParameter, resourceNotFound, tagLimitExceeded } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";
import { findTopic, type Topic, topicNameOf } from "./topic.ts";

export type Tags = Readonly<Record<string, string>>;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function tagsOf(list: readonly Tag[]): Tags {
  const tags: Record<string, string> = {};
  for (const { Key, Value } of list) {
    if (Key in tags) {
      throw invalidParameter("Duplicated keys are not allowed.");
    }
    if (Key.toLowerCase().startsWith("aws:")) {
      throw invalidFor("Tags", "Tag keys beginning with aws: are reserved for system use.");
    }
    tags[Key] = Value;
  }
  checkTagCount(tags);
  return tags;
}

export function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > TAGS_MAX) {
    throw tagLimitExceeded();
  }
}

export function tagList(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Only topics have tags. */
export function taggedTopic(tx: ReadTx, arn: Arn): Topic {
  const topic = findTopic(tx, topicNameOf(arn));
  if (topic === undefined) {
    throw resourceNotFound();
  }
  return topic;
}
