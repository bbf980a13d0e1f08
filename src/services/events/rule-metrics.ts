/**
 * What EventBridge counts of rules: `AWS/Events`. An invocation that goes out of the store counts
 * when it is accepted as a job.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
import { parseArn } from "../../base/arn.ts";
import { type MetricDimension, type MetricValue, noteMetrics } from "../../outbox/metrics.ts";
import type { WriteTx } from "../../store/store.ts";

interface Rule {
  readonly name: string;
  readonly arn: string;
}

/** An event matched the rule; schedules trigger rules without one. */
export function noteMatched(tx: WriteTx, rule: Rule): void {
  note(tx, rule, [
    ["MatchedEvents", "Count", 1],
    ["TriggeredRules", "Count", 1],
  ]);
}

export function noteTriggered(tx: WriteTx, rule: Rule): void {
  note(tx, rule, [["TriggeredRules", "Count", 1]]);
}

/** A failed one: the target refused, and its dead-letter queue, where it has one, got the event. */
export function noteInvocation(
  tx: WriteTx,
  rule: Rule,
  { isAccepted }: { readonly isAccepted: boolean },
): void {
  note(tx, rule, [
    ["Invocations", "Count", 1],
    ["FailedInvocations", "Count", isAccepted ? 0 : 1],
  ]);
}

function note(tx: WriteTx, { name, arn }: Rule, values: readonly MetricValue[]): void {
  const { accountId = "", region = "", resource = "" } = parseArn(arn) ?? {};
  const ofRule: MetricDimension = ["RuleName", name];
  // `rule/NAME` on the default bus, `rule/BUS/NAME` on others.
  const [, bus, own] = resource.split("/");
  const isDefault = own === undefined || bus === undefined;
  noteMetrics(tx, {
    kind: "metrics",
    accountId,
    region,
    namespace: "AWS/Events",
    label: resource,
    dimensions: isDefault ? [[ofRule]] : [[ofRule], [["EventBusName", bus], ofRule]],
    atMs: tx.nowMs,
    values,
  });
}
