/**
 * What is told of an asynchronous invocation that is over: to destinations the record, to the
 * dead-letter queue the event itself with three attributes.
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
import { parseArn } from "../../base/arn.ts";
import { utf8Decode } from "../../base/bytes.ts";
import { parseJson, parseJsonObject } from "../../base/json.ts";
import { noteMetrics } from "../../outbox/metrics.ts";
import { deliver, type Envelope, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import type { AsyncInvocation } from "./async-invocation.ts";
import { recursiveInvocation } from "./errors.ts";
import { asyncRules } from "./event-invoke-config.ts";
import { findVersion } from "./function.ts";
import { type FunctionReference, functionArn, LATEST, qualifiedArn } from "./function-name.ts";
import { asyncSample } from "./invocation-metrics.ts";
import { ERROR_MESSAGE_LENGTH_MAX } from "./limits.ts";
import { storeRecord } from "./record-in-s3.ts";

export interface Conclusion {
  readonly condition:
    | "Success"
    | "RetriesExhausted"
    | "EventAgeExceeded"
    | "ZeroReservedConcurrency"
    | "RecursiveLoop";
  readonly attempts: number;
  readonly executedVersion: string;
  readonly lastResponse: LastResponse | undefined;
}

export interface LastResponse {
  readonly statusCode: number;
  readonly functionError: string | undefined;
  /** JSON, if the function answered with JSON. */
  readonly payload: string;
}

export function concludeWith(
  sinks: Sinks,
): (tx: WriteTx, invocation: AsyncInvocation, conclusion: Conclusion) => readonly string[] {
  return (tx, invocation, conclusion) => {
    const fn = findVersion(tx, invocation.function);
    if (fn === undefined) {
      return [];
    }
    const rules = asyncRules(tx, invocation.function);
    const succeeded = conclusion.condition === "Success";
    const destination = succeeded ? rules.onSuccess : rules.onFailure;
    const notes: string[] = [];
    const send = (target: string, envelope: Envelope, failureMetric: string): void => {
      if (parseArn(target)?.service === "s3") {
        storeRecord(tx, invocation.function, { bucketArn: target, record: envelope.payload });
        return;
      }
      const acceptance = deliver(tx, sinks, target, envelope);
      if (!acceptance.accepted) {
        notes.push(`The target ${target} of a function refused: ${acceptance.message}`);
        const failed = [[failureMetric, "Count", 1]] as const;
        noteMetrics(tx, asyncSample(invocation.function, tx.nowMs, failed));
      }
    };
    if (destination !== undefined) {
      const record = recordEnvelope(tx, invocation, conclusion, destination);
      send(destination, record, "DestinationDeliveryFailures");
    }
    if (!succeeded && fn.deadLetterArn !== undefined) {
      send(fn.deadLetterArn, deadLetterEnvelope(invocation, conclusion), "DeadLetterErrors");
    }
    return notes;
  };
}

function recordEnvelope(
  tx: WriteTx,
  invocation: AsyncInvocation,
  conclusion: Conclusion,
  destination: string,
): Envelope {
  const arn = functionArn(invocation.function);
  const record = recordOf(tx.nowMs, invocation, conclusion);
  const isBus = parseArn(destination)?.service === "events";
  return {
    payload: JSON.stringify(
      isBus ? busEvent(tx, invocation, { record, conclusion, destination }) : record,
    ),
    sourceArn: arn,
    trace: invocation.trace,
  };
}

function recordOf(nowMs: number, invocation: AsyncInvocation, conclusion: Conclusion): object {
  const { lastResponse } = conclusion;
  return {
    version: "1.0",
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: invokedArn(invocation.function),
      condition: conclusion.condition,
      approximateInvokeCount: conclusion.attempts,
    },
    requestPayload: parsed(utf8Decode(invocation.payload)),
    ...(lastResponse !== undefined && {
      responseContext: {
        statusCode: lastResponse.statusCode,
        executedVersion: conclusion.executedVersion,
        ...(lastResponse.functionError !== undefined && {
          functionError: lastResponse.functionError,
        }),
      },
      responsePayload: parsed(lastResponse.payload),
    }),
  };
}

function invokedArn(reference: FunctionReference): string {
  return qualifiedArn(reference, reference.qualifier ?? LATEST);
}

/** The record as an event: EventBridge gets it as the detail. */
function busEvent(
  tx: WriteTx,
  { function: invoked }: AsyncInvocation,
  told: { readonly record: object; readonly conclusion: Conclusion; readonly destination: string },
): object {
  const result = told.conclusion.condition === "Success" ? "Success" : "Failure";
  return {
    version: "0",
    id: tx.random.uuid(),
    "detail-type": `Lambda Function Invocation Result - ${result}`,
    source: "lambda",
    account: invoked.accountId,
    time: `${new Date(tx.nowMs).toISOString().slice(0, 19)}Z`,
    region: invoked.region,
    resources: [told.destination, invokedArn(invoked)],
    detail: told.record,
  };
}

function deadLetterEnvelope(invocation: AsyncInvocation, conclusion: Conclusion): Envelope {
  const { code, message } = errorOf(conclusion);
  return {
    payload: utf8Decode(invocation.payload),
    sourceArn: functionArn(invocation.function),
    trace: invocation.trace,
    attributes: {
      RequestID: { type: "String", value: invocation.requestId },
      ErrorCode: { type: "Number", value: String(code) },
      ...(message !== "" && {
        ErrorMessage: { type: "String", value: message.slice(0, ERROR_MESSAGE_LENGTH_MAX) },
      }),
    },
  };
}

/** Without a response the function was never reached: it was throttled all the time. */
function errorOf({ condition, lastResponse }: Conclusion): {
  readonly code: number;
  readonly message: string;
} {
  if (condition === "RecursiveLoop") {
    const { status, message } = recursiveInvocation();
    return { code: status, message };
  }
  if (lastResponse === undefined) {
    return { code: 429, message: "Rate Exceeded." };
  }
  const { errorMessage } = parseJsonObject(lastResponse.payload) ?? {};
  const message = errorMessage === undefined ? lastResponse.payload : String(errorMessage);
  return { code: lastResponse.statusCode, message };
}

/** Bytes that are no JSON are told as the text they are. */
function parsed(text: string): unknown {
  return parseJson(text) ?? text;
}
