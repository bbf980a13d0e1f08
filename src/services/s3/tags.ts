/**
 * Tags of buckets and objects.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
import type { Tag } from "../../wire/models/s3.gen.ts";
import { badRequest, invalidArgument, invalidTag } from "./errors.ts";
import {
  BUCKET_TAGS_MAX,
  OBJECT_TAGS_MAX,
  TAG_KEY_LENGTH_MAX,
  TAG_VALUE_LENGTH_MAX,
} from "./limits.ts";

export type Tags = Readonly<Record<string, string>>;

const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function objectTags(given: readonly Tag[]): Tags {
  if (given.length > OBJECT_TAGS_MAX) {
    throw badRequest(`Object tags cannot be greater than ${OBJECT_TAGS_MAX}`);
  }
  return checkedTags(given);
}

export function bucketTags(given: readonly Tag[]): Tags {
  if (given.length > BUCKET_TAGS_MAX) {
    throw badRequest(`Bucket tag count cannot be greater than ${BUCKET_TAGS_MAX}`);
  }
  return checkedTags(given);
}

/** `x-amz-tagging`: `name=value&other=value`, as in a query string. */
export function tagsOfHeader(header: string): Tags {
  const given: Tag[] = [];
  for (const pair of header.split("&").filter((text) => text !== "")) {
    const [name = "", value = "", ...rest] = pair.split("=");
    if (rest.length > 0) {
      throw malformedHeader(header);
    }
    given.push({ Key: decoded(name, header), Value: decoded(value, header) });
  }
  return objectTags(given);
}

export function tagSet(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function checkedTags(given: readonly Tag[]): Tags {
  const tags = new Map<string, string>();
  for (const { Key, Value } of given) {
    if (Key.length === 0 || Key.length > TAG_KEY_LENGTH_MAX || !CHARACTERS.test(Key)) {
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: Key });
    }
    if (Value.length > TAG_VALUE_LENGTH_MAX || !CHARACTERS.test(Value)) {
      throw invalidTag("The TagValue you have provided is invalid", {
        TagKey: Key,
        TagValue: Value,
      });
    }
    if (tags.has(Key)) {
      throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: Key });
    }
    if (Key.startsWith("aws:")) {
      throw invalidTag("System tags cannot be added/updated by requester", { TagKey: Key });
    }
    tags.set(Key, Value);
  }
  return Object.fromEntries(tags);
}

function decoded(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformedHeader(header);
  }
}

function malformedHeader(header: string): Error {
  return invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { name: "x-amz-tagging", value: header },
  );
}
