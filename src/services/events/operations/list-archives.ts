import { pageOf } from "../../pages.ts";
import { archives, describedArchive } from "../archive/archive.ts";
import { requireOneFilter } from "../archive/list-filter.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

export const listArchives: EventsOperation<"ListArchives"> = async (ctx, input) => {
  requireOneFilter(input);
  const page = await ctx.store.read((tx) =>
    pageOf(
      tx,
      { records: archives, prefix: [ctx.accountId, ctx.region], namePrefix: input.NamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  const { EventSourceArn: source, State: state } = input;
  return {
    Archives: page.items
      .map(({ record }) => describedArchive(record))
      .filter((archive) => source === undefined || archive.EventSourceArn === source)
      .filter((archive) => state === undefined || archive.State === state),
    NextToken: page.token,
  };
};
