/**
 * Archives: events of a bus, kept for replays.
 *
 * As on AWS an archive is fed by a rule on its bus, `Events-Archive-<name>`, that nobody else may
 * change; it takes no event that is itself a replay. Events are kept by their own time, which is
 * what a replay goes by, and listed by the time they came in, which is what their retention counts
 * from.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
 */
import { formatArn, parseArn } from "../../../base/arn.ts";
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { Archive as Shape } from "../../../wire/models/events.gen.ts";
import { archiveDoesNotExist } from "../errors.ts";
import type { BusEvent } from "../event.ts";
import { armRetention } from "./retention.ts";

export interface Archive extends ArchiveId {
  /** Names its events: an archive of the same name made later has none of them. */
  readonly id: string;
  readonly busArn: string;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly eventPattern?: string | undefined;
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly createdMs: number;
  readonly eventCount: number;
  readonly sizeBytes: number;
  /** When the timer of its retention is due. */
  readonly retentionDueMs?: number | undefined;
}

export interface ArchiveId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface ArchivedEvent {
  readonly text: string;
  readonly trace: string | undefined;
  readonly archivedMs: number;
}

export const archives: Collection<Archive> = collection("events", "archive");
/** By archive id, time of the event (ms), sequence. */
export const archivedEvents: Collection<ArchivedEvent> = collection("events", "archived");
/** By archive id, time of arrival (ms), sequence: the time of the event. */
export const arrivals: Collection<number> = collection("events", "arrival");

export function archiveKey({ accountId, region, name }: ArchiveId): Key {
  return [accountId, region, name];
}

export function archiveArn({ accountId, region, name }: ArchiveId): string {
  return formatArn({ service: "events", region, accountId, resource: `archive/${name}` });
}

export function archiveIdOfArn(text: string): ArchiveId | undefined {
  const arn = parseArn(text);
  const [, name] = arn?.resource.match(/^archive\/([\w.-]{1,48})$/) ?? [];
  return arn?.service === "events" && name !== undefined
    ? { accountId: arn.accountId, region: arn.region, name }
    : undefined;
}

export function findArchive(tx: ReadTx, id: ArchiveId): Archive | undefined {
  return archives.get(tx, archiveKey(id));
}

export function requireArchive(tx: ReadTx, id: ArchiveId): Archive {
  const archive = findArchive(tx, id);
  if (archive === undefined) {
    throw archiveDoesNotExist(id.name);
  }
  return archive;
}

export function putArchive(tx: WriteTx, archive: Archive): void {
  archives.put(tx, archiveKey(archive), archive);
}

/** Keeps an event that the archive's rule matched. */
export function archiveEvent(tx: WriteTx, id: ArchiveId, event: BusEvent): void {
  const archive = findArchive(tx, id);
  if (archive === undefined) {
    return;
  }
  const sequence = tx.orderedId();
  const timeMs = timeOf(event) ?? tx.nowMs;
  const { text, trace } = event;
  archivedEvents.put(tx, [archive.id, timeMs, sequence], { text, trace, archivedMs: tx.nowMs });
  arrivals.put(tx, [archive.id, tx.nowMs, sequence], timeMs);
  const grown = {
    ...archive,
    eventCount: archive.eventCount + 1,
    sizeBytes: archive.sizeBytes + Buffer.byteLength(text),
  };
  putArchive(tx, armRetention(tx, grown, tx.nowMs));
}

function timeOf(event: BusEvent): number | undefined {
  const { time } = event.document as { readonly time?: unknown };
  const timeMs = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

export function describedArchive(archive: Archive): Shape {
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.busArn,
    State: "ENABLED",
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.sizeBytes,
    EventCount: archive.eventCount,
    CreationTime: new Date(archive.createdMs),
  };
}
