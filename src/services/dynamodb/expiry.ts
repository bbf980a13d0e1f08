/** What happens when an item expires. */
import type { TimerHandler } from "../service.ts";
import { keyOfItem } from "./item-key.ts";
import { readItem } from "./stored-item.ts";
import type { Tables } from "./tables.ts";
import { EXPIRY_TIMER, type ExpiryPayload, expiryMs } from "./time-to-live.ts";
import { writeItem } from "./write-item.ts";

/** Where the number of the table stands in the key of a row. */
const TABLE_AT = 2;

/**
 * Deletes the item, if it is still there and still expires by now: a timer may outlive what it was
 * armed for.
 */
export function expiryTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return {
    [EXPIRY_TIMER]: (tx, timer) => {
      const table = tables.findByArn(tx, (timer.payload as ExpiryPayload).arn);
      const attribute = table?.record.timeToLive;
      if (table === undefined || attribute === undefined) {
        return;
      }
      if (table.record.number !== timer.key[TABLE_AT]) {
        return;
      }
      const item = readItem(tx, timer.key);
      const dueMs = item && expiryMs(item.attributes, attribute, tx.nowMs);
      if (item !== undefined && dueMs !== undefined && dueMs <= tx.nowMs) {
        const key = keyOfItem(table, item.attributes);
        writeItem(tx, table, { key, before: item, after: undefined, cause: "expiry" });
      }
    },
  };
}
