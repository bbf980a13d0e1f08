/**
 * What a function takes out of the concurrency of its account: what it reserves, or else what is
 * provisioned for its versions. The rest is shared by all others.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { WriteTx } from "../../store/store.ts";
import { invalidParameterValue } from "./errors.ts";
import type { LambdaFunction } from "./function.ts";
import { functionKey, functions, reservedTotals } from "./keys.ts";
import { CONCURRENCY_MAX, UNRESERVED_CONCURRENCY_MIN } from "./limits.ts";
import { MAPPINGS_TOPIC } from "./mapping.ts";

type Shared = Pick<LambdaFunction, "reservedConcurrency" | "provisioned">;

export function shareOf({ reservedConcurrency, provisioned }: Shared): number {
  return reservedConcurrency ?? provisioned?.total ?? 0;
}

/** Stores what a function reserves. Throws when it is too much, or less than is provisioned. */
export function putReserved(
  tx: WriteTx,
  fn: LambdaFunction,
  reservedConcurrency: number | undefined,
): void {
  const provisioned = fn.provisioned?.total ?? 0;
  if (reservedConcurrency !== undefined && reservedConcurrency < provisioned) {
    throw invalidParameterValue(
      `Specified ReservedConcurrentExecutions (${reservedConcurrency}) for function is less than ` +
        `its total Provisioned Concurrency (${provisioned}).`,
    );
  }
  const changed = { ...fn, reservedConcurrency };
  const total = changeShare(tx, fn, changed);
  if (shareOf(changed) > shareOf(fn) && CONCURRENCY_MAX - total < UNRESERVED_CONCURRENCY_MIN) {
    // https://github.com/milliHQ/terraform-aws-next-js/issues/251
    throw invalidParameterValue(
      "Specified ReservedConcurrentExecutions for function decreases account's " +
        `UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
    );
  }
  functions.put(tx, functionKey(fn), changed);
  tx.signal(MAPPINGS_TOPIC);
}

/** Keeps the total of the account, and gives it; the function itself is the caller's to store. */
export function changeShare(tx: WriteTx, before: LambdaFunction, after: Shared): number {
  const account = [before.region, before.accountId];
  const total = (reservedTotals.get(tx, account) ?? 0) - shareOf(before) + shareOf(after);
  if (total === 0) {
    reservedTotals.delete(tx, account);
  } else {
    reservedTotals.put(tx, account, total);
  }
  return total;
}
