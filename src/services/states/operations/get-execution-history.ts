import type { Key } from "../../../base/ordered-key.ts";
import type { IdRange } from "../../../store/collection.ts";
import type { ReadTx } from "../../../store/store.ts";
import { parseExecutionArn } from "../arns.ts";
import { executionDoesNotExist, invalidToken } from "../errors.ts";
import type { HistoryRow } from "../execution-record.ts";
import { describedEvent } from "../history-event.ts";
import { executionKey, executions, history } from "../keys.ts";
import { pageSize, pageToken, placeOf } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";

/**
 * A token names the event the next page begins with.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
 */
export const getExecutionHistory: StatesOperation<"GetExecutionHistory"> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  const key = executionKey(id);
  const [from] = input.nextToken === undefined ? [] : (placeOf(input.nextToken) ?? []);
  if (input.nextToken !== undefined && typeof from !== "number") {
    throw invalidToken();
  }
  const limit = pageSize(input.maxResults);
  const withData = input.includeExecutionData ?? true;
  const reverse = input.reverseOrder ?? false;
  return ctx.store.read((tx) => {
    if (executions.get(tx, key) === undefined) {
      throw executionDoesNotExist(input.executionArn);
    }
    const events: HistoryRow[] = [];
    for (const { record: rows } of history.list(tx, rangeOf(tx, key, { from, reverse }))) {
      const ordered = reverse ? [...rows].reverse() : rows;
      for (const row of ordered) {
        if (typeof from === "number" && (reverse ? row[0] > from : row[0] < from)) {
          continue;
        }
        if (events.length === limit) {
          return {
            events: events.map((event) => describedEvent(event, withData)),
            nextToken: pageToken([row[0]]),
          };
        }
        events.push(row);
      }
    }
    return { events: events.map((event) => describedEvent(event, withData)) };
  });
};

/** The rows from the one that holds the event `from`. */
function rangeOf(
  tx: ReadTx,
  prefix: Key,
  { from, reverse }: { readonly from: string | number | undefined; readonly reverse: boolean },
): IdRange {
  if (from === undefined) {
    return { prefix, reverse };
  }
  const through = [...prefix, from];
  if (reverse) {
    return { prefix, reverse, through };
  }
  const [row] = [...history.list(tx, { prefix, through, reverse: true, limit: 1 })];
  return { prefix, from: row?.id ?? prefix };
}
