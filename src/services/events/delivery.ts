/**
 * From an event on a bus to its targets, in the transaction that accepted the event.
 *
 * A target inside the store that refuses is gone or was never there (such targets have no outages),
 * so there is nothing to retry: as on AWS for such errors, the event goes to the target's
 * dead-letter queue at once, or is dropped when there is none. What leaves the store is a job
 * (`http/http-delivery.ts`).
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
import { parseArn } from "../../base/arn.ts";
import type { Hop as JournalHop } from "../../outbox/journal.ts";
import { ACCEPTED, type Acceptance, deliver, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { archiveEvent } from "./archive/archive.ts";
import { findBus } from "./bus.ts";
import { mayPutEvents } from "./bus-policy.ts";
import { type CompiledRule, type CompiledTarget, targetKindOf } from "./compiled-rule.ts";
import { buried, errorCodeOfRefusal } from "./dead-letter.ts";
import type { BusEvent } from "./event.ts";
import { addHttpDelivery } from "./http/http-delivery.ts";
import type { BusId } from "./keys.ts";
import type { RuleCache } from "./rule-cache.ts";
import { noteInvocation, noteMatched, noteTriggered } from "./rule-metrics.ts";
import { httpParametersOf, partitionKeyOf } from "./target-parameters.ts";

/** Told of events that a target refused and no dead-letter queue took. */
export type OnDropped = (dropped: {
  readonly rule: string;
  readonly target: string;
  readonly code: string;
  readonly message: string;
}) => void;

export interface DeliveryOptions {
  readonly onDropped?: OnDropped | undefined;
  /** Of the rules that match only those with these ARNs. */
  readonly rules?: ReadonlySet<string> | undefined;
}

export interface Delivery {
  /** Hands an event to all targets of all rules of a bus that match it. */
  toBus(tx: WriteTx, bus: BusId, event: BusEvent, options?: DeliveryOptions): Acceptance;
  /** Hands an event to the targets of one rule. */
  toTargets(tx: WriteTx, rule: CompiledRule, event: BusEvent): void;
}

interface Hop {
  readonly rule: CompiledRule;
  readonly target: CompiledTarget;
  readonly event: BusEvent;
  readonly onDropped: OnDropped | undefined;
}

export function createDelivery(ports: {
  readonly sinks: Sinks;
  readonly cache: RuleCache;
}): Delivery {
  const { sinks, cache } = ports;

  /** An event passes from bus to bus once: a third bus does not get it. This also ends loops. */
  const toBus = (
    tx: WriteTx,
    id: BusId,
    event: BusEvent,
    how: DeliveryOptions & { readonly fromBus: boolean },
  ): Acceptance => {
    const bus = findBus(tx, id);
    if (bus === undefined) {
      return NO_BUS;
    }
    for (const rule of cache.match(tx, id, bus, event.document)) {
      if (how.rules?.has(rule.arn) === false) {
        continue;
      }
      noteMatched(tx, rule);
      for (const target of rule.targets) {
        if (!how.fromBus || target.kind.name !== "bus") {
          toTarget(tx, { rule, target, event, onDropped: how.onDropped });
        }
      }
    }
    return ACCEPTED;
  };

  const accepted = (tx: WriteTx, hop: Hop): Acceptance => {
    const { target, event, onDropped } = hop;
    if (target.kind.name !== "bus") {
      return toOther(tx, sinks, hop);
    }
    return mayPass(tx, target.kind.bus, hop)
      ? toBus(tx, target.kind.bus, event, { fromBus: true, onDropped })
      : NOT_ALLOWED;
  };

  const toTarget = (tx: WriteTx, hop: Hop): void => {
    const { rule, target, onDropped } = hop;
    const acceptance = accepted(tx, hop);
    noteInvocation(tx, rule, { isAccepted: acceptance.accepted });
    if (target.kind.name !== "sink") {
      tx.note(noted(tx, hop, acceptance));
    }
    if (!acceptance.accepted && !isBuried(tx, sinks, hop, acceptance)) {
      const { code, message } = acceptance;
      onDropped?.({ rule: rule.arn, target: target.arn, code, message });
    }
  };

  return {
    toTargets(tx, rule, event) {
      noteTriggered(tx, rule);
      for (const target of rule.targets) {
        toTarget(tx, { rule, target, event, onDropped: undefined });
      }
    },
    toBus: (tx, bus, event, options = {}) => toBus(tx, bus, event, { ...options, fromBus: false }),
  };
}

/** Whether the target's dead-letter queue took what the target refused. */
function isBuried(
  tx: WriteTx,
  sinks: Sinks,
  { rule, target, event }: Hop,
  refusal: { readonly code: string; readonly message: string },
): boolean {
  return buried(tx, sinks, target.deadLetterArn, {
    eventText: event.text,
    trace: event.trace,
    ruleArn: rule.arn,
    targetArn: target.arn,
    code: errorCodeOfRefusal(refusal.code),
    message: refusal.message,
  });
}

/** For the journal, which learns of deliveries to sinks by `deliver`. */
function noted(tx: WriteTx, { rule, target, event }: Hop, acceptance: Acceptance): JournalHop {
  return {
    atMs: tx.nowMs,
    kind: "delivery",
    source: rule.arn,
    target: target.arn,
    outcome: acceptance.accepted ? "ok" : acceptance.code,
    trace: event.trace,
  };
}

/** To a target that is no bus. */
function toOther(tx: WriteTx, sinks: Sinks, { rule, target, event }: Hop): Acceptance {
  switch (target.kind.name) {
    case "archive":
      archiveEvent(tx, target.kind.archive, event);
      return ACCEPTED;
    case "apiDestination":
      addHttpDelivery(tx, {
        targetArn: target.arn,
        ruleArn: rule.arn,
        payload: target.payload(event, tx.nowMs),
        eventText: event.text,
        parameters: httpParametersOf(target.given, event),
        deadLetterArn: target.deadLetterArn,
        retryPolicy: target.given.RetryPolicy,
        trace: event.trace,
      });
      return ACCEPTED;
    default:
      return deliver(tx, sinks, target.arn, {
        payload: target.payload(event, tx.nowMs),
        sourceArn: rule.arn,
        trace: event.trace,
        groupId: groupIdOf(target, event),
      });
  }
}

/** For a stream it is what decides the shard. */
function groupIdOf(target: CompiledTarget, event: BusEvent): string | undefined {
  return parseArn(target.arn)?.service === "kinesis"
    ? partitionKeyOf(target.given, event)
    : target.given.SqsParameters?.MessageGroupId;
}

/** The policy of a bus in another account decides; it is the rule's account that asks. */
function mayPass(tx: WriteTx, id: BusId, { rule, event }: Hop): boolean {
  const bus = findBus(tx, id);
  const { source, "detail-type": detailType } = event.document as Readonly<Record<string, unknown>>;
  return (
    bus === undefined ||
    mayPutEvents(id, bus, {
      accountId: parseArn(rule.arn)?.accountId ?? "",
      source: String(source),
      detailType: String(detailType),
    })
  );
}

const NO_BUS: Acceptance = {
  accepted: false,
  code: "ResourceNotFoundException",
  message: "The event bus does not exist.",
};

const NOT_ALLOWED: Acceptance = {
  accepted: false,
  code: "AccessDeniedException",
  message: "The policy of the event bus does not allow events:PutEvents.",
};

/** Whether there is something that delivers to this ARN. */
export function isTarget(sinks: Sinks, targetArn: string): boolean {
  const kind = targetKindOf(targetArn);
  return kind.name === "sink"
    ? kind.service !== "events" && sinks[kind.service] !== undefined
    : kind.name !== "archive";
}
