import { filteredPage } from "../../pages.ts";
import { summaryOf } from "../described.ts";
import { existingGroup } from "../group.ts";
import { schedules } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchedulerOperation } from "../ports.ts";
import type { Schedule } from "../schedule.ts";

/** In the order of groups and names. */
export const listSchedules: SchedulerOperation<"ListSchedules"> = async (ctx, input) => {
  const { GroupName: group, NamePrefix = "", State } = input;
  const isWanted = ({ name, state }: Schedule): boolean =>
    name.startsWith(NamePrefix) && (State === undefined || state === State);
  return ctx.store.read((tx) => {
    if (group !== undefined) {
      existingGroup(tx, ctx, group);
    }
    const page = filteredPage(
      tx,
      {
        records: schedules,
        prefix: [ctx.region, ctx.accountId],
        namePrefix: group === undefined ? "" : `${group}/${NamePrefix}`,
        isWanted,
      },
      { token: input.NextToken, limit: input.MaxResults ?? PAGE_SIZE_DEFAULT },
    );
    return {
      Schedules: page.items.map(({ record }) => summaryOf(ctx, record)),
      NextToken: page.token,
    };
  });
};
