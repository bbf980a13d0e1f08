/**
 * One execution of a pipe: a batch of records through the enrichment to the target.
 *
 * | what happens                                | what failed                                  |
 * |---------------------------------------------|----------------------------------------------|
 * | the enrichment or the target fails          | the batch                                    |
 * | the enrichment answers nothing, `{}`, `[]`  | nothing; the target is left alone            |
 * | the target takes a part of the batch        | the rest; the batch when there is an enrichment that may have changed it |
 * | the target names `batchItemFailures`        | those records                                |
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
import { parsePipeTemplate } from "../../languages/pipe-template/pipe-template.ts";
import type { PipeStage, PolledPipe } from "../../outbox/polled-pipe.ts";
import { enrich } from "./pipe-enrichment.ts";
import { PipeLog } from "./pipe-log.ts";
import { type PipeMessage, StageFailure } from "./pipe-message.ts";
import type { PipePollerPorts } from "./pipe-poller.ts";
import { type Reply, sendToTarget } from "./pipe-target.ts";

export interface PipeRecord {
  /** By which a target says that the record failed. */
  readonly id: string;
  readonly event: object;
}

export interface PipeBatch {
  readonly records: readonly PipeRecord[];
  readonly trace: string | undefined;
  readonly abort: AbortSignal;
}

export interface PipeResult {
  /** The ids of the records that have to come again. */
  readonly failed: ReadonlySet<string>;
  /** Something is wrong that time may heal: there is no point in going on at once. */
  readonly trouble?: { readonly what: string; readonly error: unknown } | undefined;
}

const NONE: ReadonlySet<string> = new Set();

export async function executePipe(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  batch: PipeBatch,
): Promise<PipeResult> {
  const log = new PipeLog(ports, pipe);
  const events = batch.records.map(({ event }) => event);
  log.note("EXECUTION_STARTED", { payload: events });
  const result = await stages(ports, pipe, { batch, log, events });
  if (result.failed.size === 0) {
    log.note("EXECUTION_SUCCEEDED");
  } else {
    const isWhole = result.failed.size === batch.records.length;
    const error = result.trouble?.error;
    log.note(isWhole ? "EXECUTION_FAILED" : "EXECUTION_PARTIALLY_FAILED", { error });
  }
  await log.write(batch.abort);
  return result;
}

interface Execution {
  readonly batch: PipeBatch;
  readonly log: PipeLog;
  readonly events: readonly unknown[];
}

async function stages(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  execution: Execution,
): Promise<PipeResult> {
  const { batch, log } = execution;
  const all = new Set(batch.records.map(({ id }) => id));
  try {
    const events =
      pipe.enrichment === undefined
        ? execution.events
        : await enrichmentStage(ports, pipe, pipe.enrichment, execution);
    if (events.length === 0) {
      log.note("TARGET_STAGE_SKIPPED");
      return { failed: NONE };
    }
    const reply = await targetStage(ports, pipe, { ...execution, events });
    return { failed: failedRecords(pipe, batch, reply) };
  } catch (error) {
    const what = error instanceof StageFailure ? error.what : "cannot process a batch";
    const isHealed = error instanceof StageFailure && error.isOfFunction;
    return { failed: all, trouble: isHealed ? undefined : { what, error } };
  }
}

async function enrichmentStage(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  enrichment: PipeStage,
  { batch, log, events }: Execution,
): Promise<readonly unknown[]> {
  log.note("ENRICHMENT_STAGE_ENTERED");
  try {
    const messages = transformed(
      ports,
      pipe,
      { stage: enrichment, name: "ENRICHMENT", log },
      events,
    );
    log.note("ENRICHMENT_INVOCATION_STARTED");
    const enriched = await enrich(ports, { pipe, enrichment, messages, batch, log });
    log.note("ENRICHMENT_STAGE_SUCCEEDED", { payload: enriched });
    return enriched;
  } catch (error) {
    log.note("ENRICHMENT_STAGE_FAILED", { error });
    throw error;
  }
}

async function targetStage(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  { batch, log, events }: Execution,
): Promise<Reply> {
  log.note("TARGET_STAGE_ENTERED");
  try {
    const stage = { stage: pipe.target, name: "TARGET", log } as const;
    const messages = transformed(ports, pipe, stage, events);
    log.note("TARGET_INVOCATION_STARTED");
    const { trace, abort } = batch;
    const reply = await sendToTarget({ ...ports, pipe, messages, trace, abort, log });
    const isWhole = reply.failedIndexes.size === 0 && reply.failedIds.size === 0;
    log.note(isWhole ? "TARGET_STAGE_SUCCEEDED" : "TARGET_STAGE_PARTIALLY_FAILED", {
      payload: isWhole ? events : undefined,
      error: isWhole ? undefined : reply.error,
    });
    return reply;
  } catch (error) {
    log.note("TARGET_STAGE_FAILED", { error });
    throw error;
  }
}

/** Templates apply to each event by itself. */
function transformed(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  place: {
    readonly stage: PipeStage;
    readonly name: "ENRICHMENT" | "TARGET";
    readonly log: PipeLog;
  },
  events: readonly unknown[],
): readonly PipeMessage[] {
  const { template } = parsePipeTemplate(place.stage.template ?? "");
  if (template === undefined || !place.stage.template) {
    return events.map((event) => ({ event, text: textOf(event), value: event }));
  }
  place.log.note(`${place.name}_TRANSFORMATION_STARTED`);
  const ingestionTime = new Date(ports.clock.nowMs()).toISOString();
  const messages = events.map((event): PipeMessage => {
    const text = template.render({
      event,
      pipeArn: pipe.arn,
      pipeName: pipe.name,
      sourceArn: pipe.sourceArn,
      enrichmentArn: pipe.enrichment?.arn ?? "",
      targetArn: pipe.target.arn,
      ingestionTime,
    });
    return { event, text, value: parsedOrText(text) };
  });
  const payload = messages.map(({ value }) => value);
  place.log.note(`${place.name}_TRANSFORMATION_SUCCEEDED`, { payload });
  return messages;
}

function textOf(event: unknown): string {
  return typeof event === "string" ? event : JSON.stringify(event);
}

/** What is no JSON is a text. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Positions tell records apart as long as no enrichment came between. */
function failedRecords(
  pipe: PolledPipe,
  { records }: PipeBatch,
  { failedIndexes, failedIds }: Reply,
): ReadonlySet<string> {
  const ids = records.map(({ id }) => id);
  const isUnknown = [...failedIds].some((id) => !ids.includes(id));
  if (isUnknown || (failedIndexes.size > 0 && pipe.enrichment !== undefined)) {
    return new Set(ids);
  }
  const byIndex = [...failedIndexes].flatMap((index) => ids[index] ?? []);
  return new Set([...byIndex, ...failedIds]);
}
