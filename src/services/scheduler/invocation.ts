/**
 * One invocation of a target: what is sent, and where.
 *
 * A target inside the store gets it in the transaction of the timer; one that is an operation of
 * the engine is called by the outbox worker.
 */

import { parseArn } from "../../base/arn.ts";
import { utf8Encode } from "../../base/bytes.ts";
import type { Envelope, Sinks } from "../../outbox/sink.ts";
import type { Target } from "./schedule.ts";
import { isUniversal, universalInput, universalTarget } from "./universal-target.ts";

export interface Invocation {
  readonly region: string;
  readonly accountId: string;
  readonly scheduleArn: string;
  /** As it was when the schedule was due. */
  readonly target: Target;
  readonly scheduledMs: number;
  /** 16 hex digits, the same for all attempts. */
  readonly executionId: string;
  /** From 1. */
  readonly attempt: number;
  /** Of the first attempt. */
  readonly firstMs: number;
}

export type Hop =
  | { readonly kind: "sink"; readonly envelope: Envelope }
  | { readonly kind: "call"; readonly service: string; readonly operation: string };

/** How the target is reached. */
export function hopOf(sinks: Sinks, invocation: Invocation): Hop {
  const { target } = invocation;
  if (isUniversal(target.Arn)) {
    const { service = "scheduler", operation = target.Arn } = universalTarget(target.Arn) ?? {};
    return { kind: "call", service, operation };
  }
  const service = parseArn(target.Arn)?.service ?? "";
  if (service === "kinesis") {
    return { kind: "call", service, operation: "PutRecord" };
  }
  if (service === "states" && sinks[service] === undefined) {
    return { kind: "call", service, operation: "StartExecution" };
  }
  return { kind: "sink", envelope: envelopeOf(service, invocation) };
}

function envelopeOf(service: string, invocation: Invocation): Envelope {
  return {
    payload: service === "events" ? eventOf(invocation) : payloadOf(invocation),
    sourceArn: invocation.scheduleArn,
    groupId: invocation.target.SqsParameters?.MessageGroupId,
  };
}

/** The input of the operation that a hop of the kind `call` names. */
export function callInput(invocation: Invocation): unknown {
  const { target } = invocation;
  const payload = payloadOf(invocation);
  const universal = isUniversal(target.Arn) ? universalTarget(target.Arn) : undefined;
  if (universal !== undefined) {
    return universalInput(universal, payload);
  }
  return parseArn(target.Arn)?.service === "kinesis"
    ? {
        StreamARN: target.Arn,
        Data: utf8Encode(payload),
        PartitionKey: target.KinesisParameters?.PartitionKey,
      }
    : { stateMachineArn: target.Arn, input: payload };
}

/** The input of the target with the context attributes filled in. */
export function payloadOf(invocation: Invocation): string {
  const { Input } = invocation.target;
  return Input === undefined ? JSON.stringify(notification(invocation)) : filled(Input, invocation);
}

/** Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function filled(input: string, invocation: Invocation): string {
  const values: Readonly<Record<string, string>> = {
    "schedule-arn": invocation.scheduleArn,
    "scheduled-time": isoSeconds(invocation.scheduledMs),
    "execution-id": invocation.executionId,
    "attempt-number": String(invocation.attempt),
  };
  return input.replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, name: string) => values[name] ?? whole,
  );
}

/** What a target without an input gets. */
function notification(invocation: Invocation): object {
  return { ...header(invocation), "detail-type": "Scheduled Event", source: "aws.scheduler" };
}

function header({ executionId, accountId, region, scheduledMs, scheduleArn }: Invocation): object {
  return {
    version: "0",
    id: executionId,
    "detail-type": "",
    source: "",
    account: accountId,
    time: isoSeconds(scheduledMs),
    region,
    resources: [scheduleArn],
    detail: "{}",
  };
}

/** A whole event, as buses take it, with the input as its detail. */
function eventOf(invocation: Invocation): string {
  const { DetailType, Source } = invocation.target.EventBridgeParameters ?? {};
  const { Input } = invocation.target;
  const detail: unknown = Input === undefined ? {} : JSON.parse(filled(Input, invocation));
  return JSON.stringify({
    ...header(invocation),
    "detail-type": DetailType,
    source: Source,
    detail,
  });
}

/** `2022-03-22T18:59:43Z` */
export function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
