/**
 * What Step Functions counts of state machines: `AWS/States`. Executions of a distributed Map are
 * part of theirs and not counted.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
import type { MetricSample, MetricValue } from "../../outbox/metrics.ts";
import { machineArn } from "./arns.ts";
import { type ExecutionId, machineNameOf } from "./keys.ts";

const OUTCOMES: Readonly<Record<string, string>> = {
  ABORTED: "ExecutionsAborted",
  FAILED: "ExecutionsFailed",
  SUCCEEDED: "ExecutionsSucceeded",
  TIMED_OUT: "ExecutionsTimedOut",
};

export function startedSample(id: ExecutionId, atMs: number): MetricSample {
  return sample(id, atMs, [["ExecutionsStarted", "Count", 1]]);
}

export function endedSample(
  id: ExecutionId,
  ended: { readonly status: string; readonly startedMs: number; readonly atMs: number },
): MetricSample {
  const outcome = OUTCOMES[ended.status];
  return sample(id, ended.atMs, [
    ["ExecutionTime", "Milliseconds", ended.atMs - ended.startedMs],
    ...(outcome === undefined ? [] : [[outcome, "Count", 1] as const]),
  ]);
}

function sample(id: ExecutionId, atMs: number, values: readonly MetricValue[]): MetricSample {
  const { accountId, region } = id;
  const arn = machineArn(id, machineNameOf(id));
  return {
    kind: "metrics",
    accountId,
    region,
    namespace: "AWS/States",
    label: arn,
    dimensions: [[["StateMachineArn", arn]]],
    atMs,
    values,
  };
}
