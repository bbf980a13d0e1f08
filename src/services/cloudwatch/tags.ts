/** Tags of alarms and dashboards. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Tag } from "../../wire/models/cloudwatch.gen.ts";
import { resourceNotFound, validation } from "./errors.ts";
import { alarms, dashboards, type Owner } from "./keys.ts";
import { TAGS_MAX } from "./limits.ts";

export type Tags = Readonly<Record<string, string>>;

export function tagsOf(tags: readonly Tag[] | undefined): Tags {
  return checked(Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value])));
}

function checked(tags: Tags): Tags {
  if (Object.keys(tags).length > TAGS_MAX) {
    throw validation(`A resource can have at most ${TAGS_MAX} tags.`);
  }
  return tags;
}

interface Tagged {
  readonly tags: Tags;
  put(tx: WriteTx, tags: Tags): void;
}

export function taggedResource(tx: ReadTx, owner: Owner, arn: string): Tagged {
  const parsed = parseArn(arn);
  const [, type, name = ""] = /^(alarm:|dashboard\/)(.+)$/s.exec(parsed?.resource ?? "") ?? [];
  const key = [owner.accountId, owner.region, name];
  if (parsed?.service === "cloudwatch" && type === "alarm:") {
    const alarm = alarms.get(tx, key);
    if (alarm !== undefined) {
      return {
        tags: alarm.tags,
        put: (write, tags) => alarms.put(write, key, { ...alarm, tags: checked(tags) }),
      };
    }
  }
  const global = [owner.accountId, name];
  const dashboard = type === "dashboard/" ? dashboards.get(tx, global) : undefined;
  if (dashboard === undefined) {
    throw resourceNotFound(arn);
  }
  return {
    tags: dashboard.tags,
    put: (write, tags) => dashboards.put(write, global, { ...dashboard, tags: checked(tags) }),
  };
}
