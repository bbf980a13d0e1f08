/** The rule that feeds an archive: as on AWS, one that its owner cannot change. */
import type { WriteTx } from "../../../store/store.ts";
import { parseDetail } from "../detail.ts";
import type { BusId } from "../keys.ts";
import { deleteRuleRecord, findRule, putRuleRecord } from "../rule.ts";
import { type Archive, archiveArn } from "./archive.ts";

const MANAGED_BY = "prod.vhs.events.aws.internal";

export function archiveRuleName(archiveName: string): string {
  return `Events-Archive-${archiveName}`;
}

export function putArchiveRule(tx: WriteTx, bus: BusId, archive: Archive): void {
  const name = archiveRuleName(archive.name);
  putRuleRecord(tx, bus, {
    name,
    eventPattern: patternOf(archive.eventPattern),
    state: "ENABLED",
    createdBy: archive.accountId,
    managedBy: MANAGED_BY,
    tags: {},
    targets: [{ Id: name, Arn: archiveArn(archive) }],
  });
}

export function deleteArchiveRule(tx: WriteTx, bus: BusId, archive: Archive): void {
  const rule = findRule(tx, bus, archiveRuleName(archive.name));
  if (rule !== undefined) {
    deleteRuleRecord(tx, bus, rule);
  }
}

/** What is replayed is not archived again. */
function patternOf(pattern: string | undefined): string {
  const given = pattern === undefined ? {} : parseDetail(pattern);
  return JSON.stringify({ ...given, "replay-name": [{ exists: false }] });
}
