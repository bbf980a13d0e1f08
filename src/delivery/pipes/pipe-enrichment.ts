/** What a pipe has its events enriched by: a function, an express state machine, an HTTP endpoint. */
import { parseArn } from "../../base/arn.ts";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { parseJson } from "../../base/json.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { PipeStage, PolledPipe } from "../../outbox/polled-pipe.ts";
import type { PipeBatch } from "./pipe-execution.ts";
import { exchangeByHttp, isHttpStage, type PipeHttpPorts } from "./pipe-http.ts";
import type { PipeLog } from "./pipe-log.ts";
import { type PipeMessage, StageFailure } from "./pipe-message.ts";

export interface EnrichmentPorts extends PipeHttpPorts {
  readonly dispatcher: Dispatcher;
}

interface Enrichment {
  readonly pipe: PolledPipe;
  readonly enrichment: PipeStage;
  readonly messages: readonly PipeMessage[];
  readonly batch: PipeBatch;
  readonly log: PipeLog;
}

/** The events that go on to the target: as many as the enrichment likes. */
export async function enrich(
  ports: EnrichmentPorts,
  stage: Enrichment,
): Promise<readonly unknown[]> {
  const { messages, log } = stage;
  const request = JSON.stringify(messages.map(({ value }) => value));
  let response: string;
  try {
    response = await answerTo(ports, stage, request);
  } catch (error) {
    log.note("ENRICHMENT_INVOCATION_FAILED", { request, error });
    throw StageFailure.from(error, "cannot reach its enrichment");
  }
  log.note("ENRICHMENT_INVOCATION_SUCCEEDED", { request, response });
  return eventsOf(response);
}

async function answerTo(
  ports: EnrichmentPorts,
  { pipe, enrichment, messages, batch }: Enrichment,
  request: string,
): Promise<string> {
  const { accountId, region } = pipe;
  const { trace, abort } = batch;
  if (isHttpStage(enrichment)) {
    const hop = { pipe, stage: enrichment, messages, trace, abort };
    return (await exchangeByHttp(ports, hop)).response;
  }
  const caller = { accountId, region, trace };
  return parseArn(enrichment.arn)?.service === "lambda"
    ? invoke(ports.dispatcher, caller, enrichment.arn, request)
    : runExpress(ports.dispatcher, caller, enrichment.arn, request);
}

async function invoke(
  dispatcher: Dispatcher,
  caller: Caller,
  functionArn: string,
  request: string,
): Promise<string> {
  const { FunctionError, Payload } = await dispatcher.call(caller, "lambda", "Invoke", {
    FunctionName: functionArn,
    Payload: utf8Encode(request),
  });
  const text = utf8Decode(Payload ?? new Uint8Array(0));
  if (FunctionError !== undefined) {
    throw new StageFailure("cannot enrich a batch", text, { isOfFunction: true });
  }
  return text;
}

async function runExpress(
  dispatcher: Dispatcher,
  caller: Caller,
  stateMachineArn: string,
  input: string,
): Promise<string> {
  const result = await dispatcher.call(caller, "states", "StartSyncExecution", {
    stateMachineArn,
    input,
  });
  if (result.status !== "SUCCEEDED") {
    const message = `${result.error ?? result.status}: ${result.cause ?? ""}`;
    throw new StageFailure("cannot enrich a batch", message, { isOfFunction: true });
  }
  return result.output ?? "";
}

/**
 * An answer that is empty (nothing, `""`, `{}`, `[]`) keeps the target alone.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
 */
function eventsOf(response: string): readonly unknown[] {
  if (response === "") {
    return [];
  }
  const value = parsed(response);
  if (Array.isArray(value)) {
    return value;
  }
  const isEmpty =
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0);
  return isEmpty ? [] : [value];
}

function parsed(response: string): unknown {
  const value = parseJson(response);
  if (value === undefined) {
    throw new StageFailure("has an enrichment that answers no JSON", response, {
      isOfFunction: true,
    });
  }
  return value;
}
