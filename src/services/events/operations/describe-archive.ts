import { archiveArn, describedArchive, requireArchive } from "../archive/archive.ts";
import type { EventsOperation } from "../ports.ts";

export const describeArchive: EventsOperation<"DescribeArchive"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const id = { accountId, region, name: input.ArchiveName };
  const archive = await ctx.store.read((tx) => requireArchive(tx, id));
  return {
    ...describedArchive(archive),
    ArchiveArn: archiveArn(id),
    Description: archive.description,
    EventPattern: archive.eventPattern,
    KmsKeyIdentifier: archive.kmsKeyIdentifier,
  };
};
