/** Schedules: their records, and finding them. */
import { formatArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Input } from "../../wire/operations.ts";
import { scheduleDoesNotExist } from "./errors.ts";
import { DEFAULT_GROUP } from "./group-name.ts";
import { type OwnedKey, type Owner, ownedKey, schedules } from "./keys.ts";

export type Target = Input<"scheduler", "CreateSchedule">["Target"];

export interface Schedule {
  readonly name: string;
  readonly groupName: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly state: "ENABLED" | "DISABLED";
  readonly target: Target;
  /** 0 without a flexible window. */
  readonly windowMinutes: number;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly deletesItself: boolean;
  readonly description?: string | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** When a rate is due first: it counts from here. */
  readonly anchorMs: number;
  /** Absent while disabled, and when nothing is due any more. */
  readonly next?: Due | undefined;
}

export interface Due {
  /** As the expression says. */
  readonly dueMs: number;
  /** When the target is invoked, somewhere in the window: that of the armed timer. */
  readonly fireMs: number;
}

export interface ScheduleName {
  readonly Name: string;
  readonly GroupName?: string | undefined;
}

export function scheduleKey(owner: Owner, name: ScheduleName): OwnedKey {
  return ownedKey(owner, `${name.GroupName ?? DEFAULT_GROUP}/${name.Name}`);
}

export function keyOfSchedule(owner: Owner, { groupName, name }: Schedule): OwnedKey {
  return ownedKey(owner, `${groupName}/${name}`);
}

export function scheduleArn(
  { region, accountId }: Owner,
  { groupName, name }: Pick<Schedule, "groupName" | "name">,
): string {
  const resource = `schedule/${groupName}/${name}`;
  return formatArn({ service: "scheduler", region, accountId, resource });
}

export function existingSchedule(tx: ReadTx, owner: Owner, name: ScheduleName): Schedule {
  const schedule = schedules.get(tx, scheduleKey(owner, name));
  if (schedule === undefined) {
    throw scheduleDoesNotExist(name.Name);
  }
  return schedule;
}
