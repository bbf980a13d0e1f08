/** Schedule groups. The group `default` is always there. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx, Timer, WriteTx } from "../../store/store.ts";
import { groupDoesNotExist, groupIsBeingDeleted, validationException } from "./errors.ts";
import { DEFAULT_GROUP } from "./group-name.ts";
import { groups, type Owner, ownedKey, schedules } from "./keys.ts";
import { GROUP_DELETION_BATCH } from "./limits.ts";
import { deleteSchedule } from "./schedule-timer.ts";

export const GROUP_TIMER = "scheduler.group";

export interface Group {
  readonly name: string;
  readonly state: "ACTIVE" | "DELETING";
  /** Absent for `default`, which nobody created. */
  readonly createdMs?: number | undefined;
  readonly modifiedMs?: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const UNTOUCHED: Group = { name: DEFAULT_GROUP, state: "ACTIVE", tags: {} };

export function findGroup(tx: ReadTx, owner: Owner, name: string): Group | undefined {
  return groups.get(tx, ownedKey(owner, name)) ?? (name === DEFAULT_GROUP ? UNTOUCHED : undefined);
}

export function existingGroup(tx: ReadTx, owner: Owner, name: string): Group {
  const group = findGroup(tx, owner, name);
  if (group === undefined) {
    throw groupDoesNotExist(name);
  }
  return group;
}

/** One that takes schedules. */
export function activeGroup(tx: ReadTx, owner: Owner, name: string): Group {
  const group = existingGroup(tx, owner, name);
  if (group.state === "DELETING") {
    throw groupIsBeingDeleted(name);
  }
  return group;
}

export function groupArn({ region, accountId }: Owner, name: string): string {
  const resource = `schedule-group/${name}`;
  return formatArn({ service: "scheduler", region, accountId, resource });
}

/** The group that an ARN of a tag operation names. */
export function groupOfArn(text: string): { readonly owner: Owner; readonly name: string } {
  const arn = parseArn(text);
  const [, name] = arn?.resource.match(/^schedule-group\/(.+)$/) ?? [];
  if (arn === undefined || name === undefined) {
    throw validationException("Provided Arn is not in correct format.");
  }
  return { owner: { region: arn.region, accountId: arn.accountId }, name };
}

/** Marks a group; its schedules go after it, in transactions of a bounded size. */
export function beginGroupDeletion(tx: WriteTx, owner: Owner, group: Group): void {
  const key = ownedKey(owner, group.name);
  groups.put(tx, key, { ...group, state: "DELETING", modifiedMs: tx.nowMs });
  tx.after({ kind: GROUP_TIMER, dueMs: tx.nowMs, key });
}

export function runGroupTimer(tx: WriteTx, timer: Timer): void {
  const [region = "", accountId = "", name = ""] = timer.key.map(String);
  const prefix = [region, accountId];
  const from = [...prefix, `${name}/`];
  let count = 0;
  for (const { record } of schedules.list(tx, { prefix, from })) {
    if (record.groupName !== name) {
      break;
    }
    if (count === GROUP_DELETION_BATCH) {
      tx.after({ kind: GROUP_TIMER, dueMs: tx.nowMs, key: timer.key });
      return;
    }
    deleteSchedule(tx, { region, accountId }, record);
    count += 1;
  }
  groups.delete(tx, timer.key);
}
