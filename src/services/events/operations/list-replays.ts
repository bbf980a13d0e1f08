import { pageOf } from "../../pages.ts";
import { requireOneFilter } from "../archive/list-filter.ts";
import { describedReplay, replays } from "../archive/replay.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

export const listReplays: EventsOperation<"ListReplays"> = async (ctx, input) => {
  requireOneFilter(input);
  const page = await ctx.store.read((tx) =>
    pageOf(
      tx,
      { records: replays, prefix: [ctx.accountId, ctx.region], namePrefix: input.NamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  const { EventSourceArn: source, State: state } = input;
  return {
    Replays: page.items
      .map(({ record }) => describedReplay(record))
      .filter((replay) => source === undefined || replay.EventSourceArn === source)
      .filter((replay) => state === undefined || replay.State === state),
    NextToken: page.token,
  };
};
