/**
 * Events that could not be delivered, on their way to a dead-letter queue.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq
 */
import { deliver, type EnvelopeAttribute, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import type { ExhaustedCondition } from "./retry-policy.ts";

export interface DeadLetter {
  /** The event as it came, whatever the target would have got. */
  readonly eventText: string;
  readonly trace: string | undefined;
  /** Absent where something else than a rule sent it. */
  readonly ruleArn: string | undefined;
  readonly targetArn: string;
  readonly code: string;
  readonly message: string;
  /** For what was tried more than once. */
  readonly exhausted?: ExhaustedCondition | undefined;
  readonly retries?: number | undefined;
}

/** Whether the queue took the event. */
export function buried(
  tx: WriteTx,
  sinks: Sinks,
  queueArn: string | undefined,
  letter: DeadLetter,
): boolean {
  return (
    queueArn !== undefined &&
    deliver(tx, sinks, queueArn, {
      payload: letter.eventText,
      sourceArn: letter.ruleArn ?? letter.targetArn,
      trace: letter.trace,
      attributes: attributesOf(letter),
    }).accepted
  );
}

function attributesOf(letter: DeadLetter): Readonly<Record<string, EnvelopeAttribute>> {
  const { ruleArn, exhausted, retries } = letter;
  const text = (value: string): EnvelopeAttribute => ({ type: "String", value });
  return {
    ...(ruleArn !== undefined && { RULE_ARN: text(ruleArn) }),
    TARGET_ARN: text(letter.targetArn),
    ERROR_CODE: text(letter.code),
    ERROR_MESSAGE: text(letter.message),
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
    ...(retries !== undefined && { RETRY_ATTEMPTS: { type: "Number", value: String(retries) } }),
  };
}

/** The code of a target inside the engine that refused. */
export function errorCodeOfRefusal(code: string): string {
  if (/NotFound|NonExist|NotExist|UNSUPPORTED_TARGET/.test(code)) {
    return "NO_RESOURCE";
  }
  return /Denied|Unauthorized/.test(code) ? "NO_PERMISSIONS" : "SDK_CLIENT_ERROR";
}
