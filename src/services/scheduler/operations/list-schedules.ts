import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import type { ReadTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { summaryOf } from "../described.ts";
import { existingGroup } from "../group.ts";
import { schedules } from "../keys.ts";
import { PAGE_SIZE_DEFAULT, SCAN_MAX } from "../limits.ts";
import type { SchedulerContext, SchedulerOperation } from "../ports.ts";
import type { Schedule } from "../schedule.ts";

type Request = Input<"scheduler", "ListSchedules">;

/**
 * In the order of groups and names. A token stands for the last schedule that was looked at, so a
 * page may hold less than asked for, and none at all, and still not be the last.
 */
export const listSchedules: SchedulerOperation<"ListSchedules"> = async (ctx, input) =>
  ctx.store.read((tx) => page(tx, ctx, input));

function page(
  tx: ReadTx,
  ctx: SchedulerContext,
  input: Request,
): Output<"scheduler", "ListSchedules"> {
  const { GroupName: group, NextToken: token, MaxResults: limit = PAGE_SIZE_DEFAULT } = input;
  if (group !== undefined) {
    existingGroup(tx, ctx, group);
  }
  const prefix = [ctx.region, ctx.accountId];
  const start = group === undefined ? "" : `${group}/${input.NamePrefix ?? ""}`;
  const bound =
    token === undefined
      ? { from: [...prefix, start] }
      : { after: [...prefix, utf8Decode(fromBase64(token))] };
  const found: Schedule[] = [];
  let seen = 0;
  let last = "";
  for (const { record } of schedules.list(tx, { prefix, ...bound })) {
    const name = `${record.groupName}/${record.name}`;
    if (group !== undefined && !name.startsWith(start)) {
      break;
    }
    if (found.length === limit || seen === SCAN_MAX) {
      return answer(ctx, found, toBase64(utf8Encode(last)));
    }
    if (isWanted(record, input)) {
      found.push(record);
    }
    seen += 1;
    last = name;
  }
  return answer(ctx, found, undefined);
}

function isWanted({ name, state }: Schedule, { NamePrefix, State }: Request): boolean {
  return name.startsWith(NamePrefix ?? "") && (State === undefined || state === State);
}

function answer(
  ctx: SchedulerContext,
  found: readonly Schedule[],
  token: string | undefined,
): Output<"scheduler", "ListSchedules"> {
  return { Schedules: found.map((schedule) => summaryOf(ctx, schedule)), NextToken: token };
}
