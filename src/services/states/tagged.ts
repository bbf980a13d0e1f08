/** Tags of state machines and activities. */

import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { parseActivityArn, parseMachineArn } from "./arns.ts";
import { resourceNotFound } from "./errors.ts";
import { activities, machines, ownedKey } from "./keys.ts";
import type { Tags } from "./machine-record.ts";

export interface Tagged {
  readonly tags: Tags;
  put(tx: WriteTx, tags: Tags): void;
}

/** Throws `ResourceNotFound`. */
export function taggedResource(tx: ReadTx, arn: string): Tagged {
  const isActivity = parseArn(arn)?.resource.startsWith("activity:") === true;
  if (isActivity) {
    const { name, ...owner } = parseActivityArn(arn);
    const activity = activities.get(tx, ownedKey(owner, name));
    if (activity !== undefined) {
      const put: Tagged["put"] = (write, tags) =>
        activities.put(write, ownedKey(owner, name), { ...activity, tags });
      return { tags: activity.tags, put };
    }
    throw resourceNotFound(arn);
  }
  const { name, ...owner } = parseMachineArn(arn);
  const machine = machines.get(tx, ownedKey(owner, name));
  if (machine === undefined) {
    throw resourceNotFound(arn);
  }
  return {
    tags: machine.tags,
    put: (write, tags) => machines.put(write, ownedKey(owner, name), { ...machine, tags }),
  };
}
