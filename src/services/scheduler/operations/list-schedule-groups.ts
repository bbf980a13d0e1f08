import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import type { ReadTx } from "../../../store/store.ts";
import { describedGroup } from "../described.ts";
import { existingGroup, type Group } from "../group.ts";
import { DEFAULT_GROUP } from "../group-name.ts";
import { groups, type Owner } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchedulerOperation } from "../ports.ts";

/** In the order of names; a token stands for the last name of a page. */
export const listScheduleGroups: SchedulerOperation<"ListScheduleGroups"> = async (ctx, input) => {
  const { NamePrefix = "", NextToken, MaxResults: limit = PAGE_SIZE_DEFAULT } = input;
  const after = NextToken === undefined ? "" : utf8Decode(fromBase64(NextToken));
  return ctx.store.read((tx) => {
    const found: Group[] = [];
    for (const group of groupsAfter(tx, ctx, after)) {
      if (group.name.startsWith(NamePrefix)) {
        if (found.length === limit) {
          return {
            ScheduleGroups: found.map((one) => describedGroup(ctx, one)),
            NextToken: toBase64(utf8Encode(found.at(-1)?.name ?? "")),
          };
        }
        found.push(group);
      }
    }
    return { ScheduleGroups: found.map((group) => describedGroup(ctx, group)) };
  });
};

/** With the default group in its place, though it has no record until somebody tags it. */
function* groupsAfter(tx: ReadTx, owner: Owner, after: string): Iterable<Group> {
  let isDefaultDue = DEFAULT_GROUP > after;
  const prefix = [owner.region, owner.accountId];
  for (const { record } of groups.list(tx, { prefix, after: [...prefix, after] })) {
    if (isDefaultDue && record.name >= DEFAULT_GROUP) {
      isDefaultDue = false;
      if (record.name !== DEFAULT_GROUP) {
        yield existingGroup(tx, owner, DEFAULT_GROUP);
      }
    }
    yield record;
  }
  if (isDefaultDue) {
    yield existingGroup(tx, owner, DEFAULT_GROUP);
  }
}
