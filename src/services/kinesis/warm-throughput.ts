/**
 * Warm throughput of streams on demand, which an account has to commit itself for.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
 */
import type { ReadTx } from "../../store/store.ts";
import { type Account, commitmentOf } from "./account.ts";
import { validation } from "./errors.ts";

export function requireCommitment(tx: ReadTx, account: Account): void {
  if (commitmentOf(tx, account)?.isEnabled !== true) {
    throw validation(
      "Warm throughput is only supported for accounts with the minimum throughput billing " +
        "commitment enabled.",
    );
  }
}
