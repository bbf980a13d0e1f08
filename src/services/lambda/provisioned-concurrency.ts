/**
 * Provisioned concurrency: environments of a version that stand ready before they are asked for.
 *
 * What is asked for is a row; `keeper.ts` sees to it that the function host keeps as many.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Output } from "../../wire/operations.ts";
import { existingAlias } from "./alias.ts";
import { lambdaTime } from "./configuration.ts";
import { invalidParameterValue } from "./errors.ts";
import { existingFunction, findFunction, latestFunction, versionOf } from "./function.ts";
import {
  type FunctionId,
  type FunctionReference,
  isVersionNumber,
  LATEST,
} from "./function-name.ts";
import { functionKey, functions, provisioned, reservedTotals } from "./keys.ts";
import { CONCURRENCY_MAX, UNRESERVED_CONCURRENCY_MIN } from "./limits.ts";
import { changeShare, shareOf } from "./reserved-concurrency.ts";

/** Signalled when environments may have to be kept, or let go. */
export const PROVISIONED_TOPIC = "lambda:provisioned";

export interface Provisioned extends FunctionId {
  /** A version or an alias. */
  readonly qualifier: string;
  readonly requested: number;
  readonly modifiedMs: number;
  readonly status: "IN_PROGRESS" | "READY" | "FAILED";
  readonly allocated: number;
  /** Of a failure. */
  readonly reason?: string | undefined;
}

/** The qualifier that provisioned concurrency is for. Throws for what cannot have any. */
export function provisionable(
  tx: ReadTx,
  reference: FunctionReference,
): FunctionReference & { readonly qualifier: string } {
  const { qualifier = LATEST } = reference;
  const fn = existingFunction(tx, reference);
  if (versionOf(fn) === LATEST) {
    throw invalidParameterValue(
      qualifier === LATEST
        ? "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        : "Provisioned Concurrency Configs cannot be applied to aliases that point to $LATEST.",
    );
  }
  return { ...reference, qualifier };
}

/** Source: https://github.com/hashicorp/terraform/issues/24957 */
function refuseWeights(tx: ReadTx, { qualifier, ...id }: Provisioned): void {
  const alias = isVersionNumber(qualifier) ? undefined : existingAlias(tx, id, qualifier);
  if (alias !== undefined && Object.keys(alias.weights).length > 0) {
    throw invalidParameterValue("Alias with weights can not be used with Provisioned Concurrency");
  }
}

/** A version has its environments from itself or from one alias, and leaves the others theirs. */
export function checkProvisioned(tx: ReadTx, wanted: Provisioned): void {
  refuseWeights(tx, wanted);
  const all = provisionedOf(tx, wanted).filter(({ qualifier }) => qualifier !== wanted.qualifier);
  const version = versionBehind(tx, wanted);
  const twin = all.find((other) => versionBehind(tx, other) === version);
  if (twin !== undefined) {
    throw invalidParameterValue(
      isVersionNumber(wanted.qualifier)
        ? "Version is pointed by a Provisioned Concurrency alias"
        : "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
  }
  const total = all.reduce((sum, { requested }) => sum + requested, wanted.requested);
  const latest = latestFunction(tx, wanted);
  const { reservedConcurrency } = latest;
  if (reservedConcurrency !== undefined && total > reservedConcurrency) {
    throw invalidParameterValue(
      "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
    );
  }
  const taken = reservedTotals.get(tx, [wanted.region, wanted.accountId]) ?? 0;
  const ofOthers = taken - shareOf(latest);
  const available = CONCURRENCY_MAX - ofOthers - UNRESERVED_CONCURRENCY_MIN;
  if (reservedConcurrency === undefined && total > available) {
    // https://github.com/anomalyco/sst/issues/5829
    throw invalidParameterValue(
      "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution " +
        `below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
    );
  }
}

/** Notes on the function what its configurations come to. To be called when one has changed. */
export function refreshProvisioned(tx: WriteTx, id: FunctionId): void {
  const latest = findFunction(tx, id);
  if (latest === undefined) {
    return;
  }
  const byVersion: Record<string, number> = {};
  let total = 0;
  for (const config of provisionedOf(tx, id)) {
    const version = versionBehind(tx, config);
    const count = config.status === "FAILED" ? config.allocated : config.requested;
    byVersion[version] = (byVersion[version] ?? 0) + count;
    total += count;
  }
  const changed = { ...latest, provisioned: total === 0 ? undefined : { total, byVersion } };
  changeShare(tx, latest, changed);
  functions.put(tx, functionKey(latest), changed);
}

/** The version whose environments a configuration is about; `undefined` when it is gone. */
export function versionBehind(tx: ReadTx, of: Provisioned): string {
  return isVersionNumber(of.qualifier) ? of.qualifier : existingAlias(tx, of, of.qualifier).version;
}

export function provisionedOf(tx: ReadTx, id: FunctionId): readonly Provisioned[] {
  return [...provisioned.list(tx, { prefix: functionKey(id) })].map(({ record }) => record);
}

type Shown = Output<"lambda", "GetProvisionedConcurrencyConfig">;

export function shownProvisioned(of: Provisioned): Shown {
  return {
    RequestedProvisionedConcurrentExecutions: of.requested,
    AvailableProvisionedConcurrentExecutions: of.status === "READY" ? of.allocated : 0,
    AllocatedProvisionedConcurrentExecutions: of.allocated,
    Status: of.status,
    ...(of.reason !== undefined && { StatusReason: of.reason }),
    LastModified: lambdaTime(of.modifiedMs),
  };
}
