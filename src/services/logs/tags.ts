/** Tags of log groups. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import { resourceDoesNotExist, tooManyTags } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";
import { findGroup, groupNameOfArn, type LogGroup } from "./log-group.ts";

export type Tags = Readonly<Record<string, string>>;

export function checkedTags(tags: Tags): Tags {
  if (Object.keys(tags).length > TAGS_MAX) {
    throw tooManyTags();
  }
  return tags;
}

/** Only log groups have tags here. */
export function taggedGroup(tx: ReadTx, resourceArn: string): LogGroup {
  const arn = parseArn(resourceArn);
  const group =
    arn?.service === "logs" && arn.resource.startsWith("log-group:")
      ? findGroup(tx, groupNameOfArn(arn))
      : undefined;
  if (group === undefined) {
    throw resourceDoesNotExist();
  }
  return group;
}

export function withoutKeys(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
