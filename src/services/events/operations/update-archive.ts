import { archiveArn, arrivals, putArchive, requireArchive } from "../archive/archive.ts";
import { putArchiveRule } from "../archive/archive-rule.ts";
import { armRetention, disarmRetention } from "../archive/retention.ts";
import { sourceBusOf } from "../archive/source-bus.ts";
import type { EventsOperation } from "../ports.ts";
import { checkPattern } from "./create-archive.ts";

/** Members that are left out stay as they are, an empty pattern takes all events; a shorter retention holds for what is there, too. */
export const updateArchive: EventsOperation<"UpdateArchive"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const id = { accountId, region, name: input.ArchiveName };
  checkPattern(input.EventPattern);
  const archive = await ctx.store.write((tx) => {
    const before = requireArchive(tx, id);
    const changed = {
      ...disarmRetention(tx, before),
      description: input.Description ?? before.description,
      kmsKeyIdentifier: input.KmsKeyIdentifier ?? before.kmsKeyIdentifier,
      eventPattern:
        input.EventPattern === undefined ? before.eventPattern : input.EventPattern || undefined,
      retentionDays: input.RetentionDays ?? before.retentionDays,
    };
    const [first] = arrivals.list(tx, { prefix: [before.id], limit: 1 });
    const after = armRetention(tx, changed, first && Number(first.id[1]));
    putArchive(tx, after);
    putArchiveRule(tx, sourceBusOf(after.busArn), after);
    return after;
  });
  return {
    ArchiveArn: archiveArn(id),
    State: "ENABLED",
    CreationTime: new Date(archive.createdMs),
  };
};
