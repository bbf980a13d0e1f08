/**
 * Targets inside the store. A sender hands over an envelope in its own transaction, so that the
 * change and all its deliveries are one commit (promise P3).
 */
import { type Arn, parseArn } from "../base/arn.ts";
import type { WriteTx } from "../store/store.ts";
import type { Hop } from "./journal.ts";

export interface Envelope {
  /** What the target gets: a message body, an event, the payload of an invocation. */
  readonly payload: string;
  /** The payload where it is no text, for targets that take bytes: records of streams. */
  readonly bytes?: Uint8Array | undefined;
  /** The sender: `arn:aws:sns:...`, `arn:aws:events:...:rule/...`. */
  readonly sourceArn: string;
  /** `X-Amzn-Trace-Id` of the cause. */
  readonly trace?: string | undefined;
  /** SQS and SNS message attributes. */
  readonly attributes?: Readonly<Record<string, EnvelopeAttribute>> | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly subject?: string | undefined;
}

export interface EnvelopeAttribute {
  /** `String`, `Number`, `Binary`, with an optional custom suffix: `String.uuid`. */
  readonly type: string;
  readonly value: string | Uint8Array;
}

/** Refusals are data: the sender turns them into a retry, a dead letter or an error. */
export type Acceptance =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly code: string; readonly message: string };

export const ACCEPTED: Acceptance = { accepted: true };

export interface Sink {
  accept(tx: WriteTx, target: Arn, envelope: Envelope): Acceptance;
}

/** The sinks by the service in the target's ARN: `sqs`, `sns`, `lambda`, `events`, `logs`. */
export type Sinks = Readonly<Record<string, Sink>>;

/** Hands an envelope to its target within `tx`, and notes it in the journal. */
export function deliver(
  tx: WriteTx,
  sinks: Sinks,
  targetArn: string,
  envelope: Envelope,
): Acceptance {
  const acceptance = handOver(tx, sinks, targetArn, envelope);
  const hop: Hop = {
    atMs: tx.nowMs,
    kind: "delivery",
    source: envelope.sourceArn,
    target: targetArn,
    outcome: acceptance.accepted ? "ok" : acceptance.code,
    trace: envelope.trace,
  };
  tx.note(hop);
  return acceptance;
}

function handOver(tx: WriteTx, sinks: Sinks, targetArn: string, envelope: Envelope): Acceptance {
  const target = parseArn(targetArn);
  const sink = target && sinks[target.service];
  if (target === undefined || sink === undefined) {
    return {
      accepted: false,
      code: "UNSUPPORTED_TARGET",
      message: `Millrace has no target ${targetArn}.`,
    };
  }
  return sink.accept(tx, target, envelope);
}
