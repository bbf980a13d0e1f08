/** Reserved concurrency, and what all reservations of an account leave to the other functions. */
import type { WriteTx } from "../../store/store.ts";
import { invalidParameterValue } from "./errors.ts";
import type { LambdaFunction } from "./function.ts";
import { reservedTotals } from "./keys.ts";
import { CONCURRENCY_MAX, UNRESERVED_CONCURRENCY_MIN } from "./limits.ts";
import { MAPPINGS_TOPIC } from "./mapping.ts";

/** Keeps the account's total; the function itself is the caller's to store. */
export function changeReserved(
  tx: WriteTx,
  fn: LambdaFunction,
  reserved: number | undefined,
): void {
  const account = [fn.region, fn.accountId];
  const before = fn.reservedConcurrency ?? 0;
  const total = (reservedTotals.get(tx, account) ?? 0) - before + (reserved ?? 0);
  if ((reserved ?? 0) > before && CONCURRENCY_MAX - total < UNRESERVED_CONCURRENCY_MIN) {
    throw invalidParameterValue(
      "Specified ReservedConcurrentExecutions for function decreases account's " +
        `UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
    );
  }
  if (total === 0) {
    reservedTotals.delete(tx, account);
  } else {
    reservedTotals.put(tx, account, total);
  }
  tx.signal(MAPPINGS_TOPIC);
}
