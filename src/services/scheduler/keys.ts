/**
 * The keys of EventBridge Scheduler. A schedule is named `group/name`: names have no slash.
 *
 * | key                                          | record     | what for                          |
 * |----------------------------------------------|------------|-----------------------------------|
 * | scheduler group region account name          | `Group`    | the group `default` needs none    |
 * | scheduler schedule region account group/name | `Schedule` | with its target and next due time |
 * | scheduler token region account token         | `Answered` | repeated requests                 |
 *
 * Timers: `scheduler.due` a schedule; `scheduler.retry` an invocation that failed;
 * `scheduler.group` a group that is being deleted; `scheduler.token` a token that is forgotten.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { Group } from "./group.ts";
import type { Answered } from "./idempotency.ts";
import type { Schedule } from "./schedule.ts";

export const groups: Collection<Group> = collection("scheduler", "group");
export const schedules: Collection<Schedule> = collection("scheduler", "schedule");
export const tokens: Collection<Answered> = collection("scheduler", "token");

/** In whose name something is. */
export interface Owner {
  readonly region: string;
  readonly accountId: string;
}

export type OwnedKey = readonly [region: string, accountId: string, name: string];

export function ownedKey({ region, accountId }: Owner, name: string): OwnedKey {
  return [region, accountId, name];
}
