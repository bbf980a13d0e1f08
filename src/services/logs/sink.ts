/**
 * CloudWatch Logs as a target: an envelope's payload becomes an event, in the sender's transaction.
 *
 * | target                                     | what happens                                       |
 * |--------------------------------------------|----------------------------------------------------|
 * | `log-group:NAME`, `log-group:NAME:*`       | the group has to be there; a stream for each sender |
 * | `log-group:NAME:log-stream:STREAM`         | group and stream are made when they are missing    |
 */
import { ACCEPTED, type Envelope, type Sink, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { groupDoesNotExist } from "./errors.ts";
import { appendEvents, type NewEvent } from "./log-event.ts";
import { addGroup, addStream, findGroup, findStream, type LogGroup } from "./log-group.ts";

const TARGET = /^log-group:([^:]+)(?::\*|:log-stream:([^:]+))?$/;

export function createLogsSink(sinks: Sinks): Sink {
  return {
    accept(tx, target, envelope) {
      const [, name, streamName] = TARGET.exec(target.resource) ?? [];
      const { region, accountId } = target;
      const groupName = { region, accountId, name: name ?? "" };
      const existing = name === undefined ? undefined : findGroup(tx, groupName);
      if (name === undefined || (existing === undefined && streamName === undefined)) {
        const { code, message } = groupDoesNotExist();
        return { accepted: false, code, message };
      }
      const group = existing ?? addGroup(tx, groupName);
      append(tx, group, { streamName: streamName ?? senderStream(envelope), envelope, sinks });
      return ACCEPTED;
    },
  };
}

function append(
  tx: WriteTx,
  group: LogGroup,
  given: { readonly streamName: string; readonly envelope: Envelope; readonly sinks: Sinks },
): void {
  const { streamName, envelope, sinks } = given;
  const stream = findStream(tx, group, streamName) ?? addStream(tx, group, streamName);
  const { payload, trace } = envelope;
  appendEvents(tx, { group, stream, sinks }, [{ ...eventOf(payload, tx.nowMs), trace }]);
}

/**
 * A payload that is `{"timestamp": ..., "message": "..."}` and no more says what the event is, as
 * EventBridge has it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function eventOf(payload: string, nowMs: number): NewEvent {
  const whole = { timestampMs: nowMs, message: payload };
  if (!payload.includes('"timestamp"')) {
    return whole;
  }
  try {
    const { timestamp, message, ...others } = JSON.parse(payload) as Record<string, unknown>;
    const timestampMs =
      typeof timestamp === "string" ? Date.parse(timestamp) : Number(timestamp ?? Number.NaN);
    return typeof message === "string" && timestampMs >= 0 && Object.keys(others).length === 0
      ? { timestampMs, message }
      : whole;
  } catch {
    return whole;
  }
}

/** Names of streams have no colons. */
function senderStream({ sourceArn }: Envelope): string {
  return sourceArn.split(":").slice(2).join("/");
}
