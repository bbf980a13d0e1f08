import { type Commitment, commitmentOf, earliestEndMs, shownCommitment } from "../account.ts";
import { validation } from "../errors.ts";
import { accounts } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html */
export const updateAccountSettings: KinesisOperation<"UpdateAccountSettings"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const present = commitmentOf(tx, ctx);
    const isEnabled = input.MinimumThroughputBillingCommitment.Status === "ENABLED";
    if (!isEnabled && present?.isEnabled && tx.nowMs < earliestEndMs(present)) {
      throw validation(
        "The minimum throughput billing commitment cannot be disabled before " +
          `${new Date(earliestEndMs(present)).toISOString()}.`,
      );
    }
    const commitment: Commitment | undefined = isEnabled
      ? { isEnabled, startedMs: present?.isEnabled ? present.startedMs : tx.nowMs }
      : present && { ...present, isEnabled, endedMs: present.endedMs ?? tx.nowMs };
    accounts.put(tx, [ctx.region, ctx.accountId], { commitment });
    return shownCommitment(commitment);
  });
