import { archiveKey, archives, requireArchive } from "../archive/archive.ts";
import { deleteArchiveRule } from "../archive/archive-rule.ts";
import { removeEvents } from "../archive/archive-timers.ts";
import { disarmRetention } from "../archive/retention.ts";
import { sourceBusOf } from "../archive/source-bus.ts";
import type { EventsOperation } from "../ports.ts";

/** Its events go in slices afterwards; none of them can be seen any more. */
export const deleteArchive: EventsOperation<"DeleteArchive"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  await ctx.store.write((tx) => {
    const archive = requireArchive(tx, { accountId, region, name: input.ArchiveName });
    disarmRetention(tx, archive);
    archives.delete(tx, archiveKey(archive));
    deleteArchiveRule(tx, sourceBusOf(archive.busArn), archive);
    removeEvents(tx, archive.id);
  });
  return {};
};
