/** What is kept of an account in a region, and what counts against its quotas. */
import type { ReadTx } from "../../store/store.ts";
import type { Output } from "../../wire/operations.ts";
import { limitExceeded } from "./errors.ts";
import { accounts, streams } from "./keys.ts";
import {
  CONSUMERS_MAX,
  CONSUMERS_MAX_COMMITTED,
  DAY_MS,
  ON_DEMAND_STREAMS_MAX,
  shardsMax,
} from "./limits.ts";

export interface AccountSettings {
  /** The commitment to a minimum throughput; `undefined` where there has never been one. */
  readonly commitment?: Commitment | undefined;
}

export interface Commitment {
  readonly isEnabled: boolean;
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
}

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export function commitmentOf(tx: ReadTx, { region, accountId }: Account): Commitment | undefined {
  return accounts.get(tx, [region, accountId])?.commitment;
}

export function consumersMax(tx: ReadTx, account: Account): number {
  return commitmentOf(tx, account)?.isEnabled ? CONSUMERS_MAX_COMMITTED : CONSUMERS_MAX;
}

export interface AccountUsage {
  readonly openShards: number;
  readonly onDemandStreams: number;
}

/** Shards of streams on demand do not count. */
export function usageOf(tx: ReadTx, { region, accountId }: Account): AccountUsage {
  let [openShards, onDemandStreams] = [0, 0];
  for (const { record } of streams.list(tx, { prefix: [region, accountId] })) {
    if (record.mode === "ON_DEMAND") {
      onDemandStreams += 1;
    } else {
      openShards += record.open.length;
    }
  }
  return { openShards, onDemandStreams };
}

export function requireShards(tx: ReadTx, account: Account, added: number): void {
  const { openShards } = usageOf(tx, account);
  const limit = shardsMax(account.region);
  if (openShards + added > limit) {
    throw limitExceeded(
      `This request would exceed the shard limit for the account ${account.accountId} in ` +
        `${account.region}. Current shard count for the account: ${openShards}. Limit: ${limit}. ` +
        `Number of additional shards that would have resulted from this request: ${added}. ` +
        "Refer to the AWS Service Limits page " +
        "(https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current " +
        "limits and how to request higher limits.",
    );
  }
}

export function requireOnDemandStream(tx: ReadTx, account: Account): void {
  if (usageOf(tx, account).onDemandStreams >= ON_DEMAND_STREAMS_MAX) {
    throw limitExceeded(
      `This request would exceed the limit of ${ON_DEMAND_STREAMS_MAX} on-demand streams for the ` +
        `account ${account.accountId} in ${account.region}.`,
    );
  }
}

/** A commitment is for 24 hours at least. */
export function earliestEndMs({ startedMs }: Commitment): number {
  return startedMs + DAY_MS;
}

export function shownCommitment(
  commitment: Commitment | undefined,
): Output<"kinesis", "DescribeAccountSettings"> {
  if (commitment === undefined) {
    return { MinimumThroughputBillingCommitment: { Status: "DISABLED" } };
  }
  const { isEnabled, startedMs, endedMs } = commitment;
  return {
    MinimumThroughputBillingCommitment: {
      Status: isEnabled ? "ENABLED" : "DISABLED",
      StartedAt: new Date(startedMs),
      ...(isEnabled && { EarliestAllowedEndAt: new Date(earliestEndMs(commitment)) }),
      ...(endedMs !== undefined && { EndedAt: new Date(endedMs) }),
    },
  };
}
