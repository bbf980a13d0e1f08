/** What follows when a snapshot has all its items. */
import type { Tables } from "../tables.ts";
import { startExportJob } from "../transfers/export-job.ts";
import { backupKeyOf, backups, putBackup } from "./backup.ts";
import type { Complete } from "./snapshot.ts";

export function completeWith(tables: Tables): Complete {
  return (tx, { kind, arn }) => {
    if (kind === "backup") {
      const backup = backups.get(tx, backupKeyOf(arn) ?? []);
      if (backup !== undefined) {
        putBackup(tx, { ...backup, status: "AVAILABLE" });
      }
    } else if (kind === "restore") {
      const table = tables.findByArn(tx, arn);
      if (table !== undefined) {
        const { isCreating: _, ...record } = table.record;
        tables.put(tx, record);
      }
    } else {
      startExportJob(tx, arn);
    }
  };
}
