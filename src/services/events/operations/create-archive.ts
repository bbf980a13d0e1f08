import { parseEventPattern } from "../../../languages/event-pattern/event-pattern.ts";
import { archiveArn, findArchive, putArchive } from "../archive/archive.ts";
import { putArchiveRule } from "../archive/archive-rule.ts";
import { sourceBusOf } from "../archive/source-bus.ts";
import { requireBus } from "../bus.ts";
import { archiveAlreadyExists, invalidEventPattern } from "../errors.ts";
import type { EventsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
export const createArchive: EventsOperation<"CreateArchive"> = async (ctx, input) => {
  const { accountId, region, nowMs } = ctx;
  const id = { accountId, region, name: input.ArchiveName };
  const bus = sourceBusOf(input.EventSourceArn);
  checkPattern(input.EventPattern);
  await ctx.store.write((tx) => {
    requireBus(tx, bus);
    if (findArchive(tx, id) !== undefined) {
      throw archiveAlreadyExists(id.name);
    }
    const archive = {
      ...id,
      id: tx.orderedId(),
      busArn: input.EventSourceArn,
      description: input.Description,
      kmsKeyIdentifier: input.KmsKeyIdentifier,
      eventPattern: input.EventPattern || undefined,
      retentionDays: input.RetentionDays ?? 0,
      createdMs: nowMs,
      eventCount: 0,
      sizeBytes: 0,
    };
    putArchive(tx, archive);
    putArchiveRule(tx, bus, archive);
  });
  return { ArchiveArn: archiveArn(id), State: "ENABLED", CreationTime: new Date(nowMs) };
};

export function checkPattern(text: string | undefined): void {
  const { reason } = text ? parseEventPattern(text) : {};
  if (reason !== undefined) {
    throw invalidEventPattern(reason);
  }
}
