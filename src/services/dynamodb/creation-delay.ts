/**
 * How long new tables are being created: not at all, unless it is asked for, so that code that waits
 * for its tables can be tested. A durable timer makes a table active on the engine's clock.
 */
import type { WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import type { TableRecord } from "./table.ts";
import type { Tables } from "./tables.ts";

/** A setting of this engine; a restart begins with none. */
export interface CreationDelay {
  ms: number;
}

const READY_TIMER = "dynamodb.ready";

/** A new table as the delay wants it; what is to come is armed. */
export function delayed(tx: WriteTx, record: TableRecord, { ms }: CreationDelay): TableRecord {
  if (ms === 0) {
    return record;
  }
  const { arn, number } = record;
  tx.after({ dueMs: tx.nowMs + ms, kind: READY_TIMER, key: [number], payload: { arn } });
  return { ...record, isCreating: true };
}

export function creationTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return {
    [READY_TIMER]: (tx, timer) => {
      const { arn } = timer.payload as { readonly arn: string };
      const table = tables.findByArn(tx, arn);
      if (table !== undefined && table.record.number === timer.key[0]) {
        const { isCreating: _, ...ready } = table.record;
        tables.put(tx, ready);
      }
    },
  };
}
