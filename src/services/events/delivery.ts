/**
 * From an event on a bus to its targets, in the transaction that accepted the event.
 *
 * A target that refuses is gone or was never there (targets inside the store have no outages), so
 * there is nothing to retry: as on AWS for such errors, the event goes to the target's dead-letter
 * queue at once, or is dropped when there is none.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
import { parseArn } from "../../base/arn.ts";
import {
  ACCEPTED,
  type Acceptance,
  deliver,
  type EnvelopeAttribute,
  type Sinks,
} from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { busIdOfArn, findBus } from "./bus.ts";
import type { CompiledRule, CompiledTarget } from "./compiled-rule.ts";
import type { BusEvent } from "./event.ts";
import type { BusId } from "./keys.ts";
import type { RuleCache } from "./rule-cache.ts";

/** Told of events that a target refused and no dead-letter queue took. */
export type OnDropped = (dropped: {
  readonly rule: string;
  readonly target: string;
  readonly code: string;
  readonly message: string;
}) => void;

export interface Delivery {
  /** Hands an event to all targets of all rules of a bus that match it. */
  toBus(tx: WriteTx, bus: BusId, event: BusEvent, onDropped?: OnDropped): Acceptance;
  /** Hands an event to the targets of one rule. */
  toTargets(tx: WriteTx, rule: CompiledRule, event: BusEvent): void;
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
    how: { readonly fromBus: boolean; readonly onDropped: OnDropped | undefined },
  ): Acceptance => {
    const bus = findBus(tx, id);
    if (bus === undefined) {
      return NO_BUS;
    }
    for (const rule of cache.match(tx, id, bus, event.document)) {
      for (const target of rule.targets) {
        if (!how.fromBus || target.service !== "events") {
          toTarget(tx, { rule, target, event }, how.onDropped);
        }
      }
    }
    return ACCEPTED;
  };

  const toTarget = (tx: WriteTx, hop: Hop, onDropped: OnDropped | undefined): void => {
    const { rule, target, event } = hop;
    const bus = target.service === "events" ? busIdOfArn(target.arn) : undefined;
    const acceptance =
      bus === undefined
        ? deliver(tx, sinks, target.arn, {
            payload: target.payload(event, tx.nowMs),
            sourceArn: rule.arn,
            trace: event.trace,
            groupId: target.groupId,
          })
        : toBus(tx, bus, event, { fromBus: true, onDropped });
    if (acceptance.accepted) {
      return;
    }
    const { code, message } = acceptance;
    if (!buried(tx, sinks, hop, acceptance)) {
      onDropped?.({ rule: rule.arn, target: target.arn, code, message });
    }
  };

  return {
    toTargets(tx, rule, event) {
      for (const target of rule.targets) {
        toTarget(tx, { rule, target, event }, undefined);
      }
    },
    toBus: (tx, bus, event, onDropped) => toBus(tx, bus, event, { fromBus: false, onDropped }),
  };
}

interface Hop {
  readonly rule: CompiledRule;
  readonly target: CompiledTarget;
  readonly event: BusEvent;
}

/** Whether a dead-letter queue took the event. */
function buried(
  tx: WriteTx,
  sinks: Sinks,
  { rule, target, event }: Hop,
  refusal: { readonly code: string; readonly message: string },
): boolean {
  return (
    target.deadLetterArn !== undefined &&
    deliver(tx, sinks, target.deadLetterArn, {
      payload: event.text,
      sourceArn: rule.arn,
      trace: event.trace,
      attributes: deadLetterAttributes(rule, target, refusal),
    }).accepted
  );
}

const NO_BUS: Acceptance = {
  accepted: false,
  code: "ResourceNotFoundException",
  message: "The event bus does not exist.",
};

/** Whether `Sinks` or this service itself takes envelopes for the service in an ARN. */
export function isTargetService(sinks: Sinks, targetArn: string): boolean {
  const arn = parseArn(targetArn);
  if (arn?.service === "events") {
    return busIdOfArn(targetArn) !== undefined;
  }
  return arn !== undefined && sinks[arn.service] !== undefined;
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html */
function deadLetterAttributes(
  rule: CompiledRule,
  target: CompiledTarget,
  refusal: { readonly code: string; readonly message: string },
): Readonly<Record<string, EnvelopeAttribute>> {
  const text = (value: string): EnvelopeAttribute => ({ type: "String", value });
  return {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(errorCodeOf(refusal.code)),
    ERROR_MESSAGE: text(refusal.message),
  };
}

function errorCodeOf(code: string): string {
  if (/NotFound|NonExist|NotExist|UNSUPPORTED_TARGET/.test(code)) {
    return "NO_RESOURCE";
  }
  return /Denied|Unauthorized/.test(code) ? "NO_PERMISSIONS" : "SDK_CLIENT_ERROR";
}
