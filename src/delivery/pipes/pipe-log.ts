/**
 * The log of one execution of a pipe, written at its end into a stream of the pipe's name.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-schema.html
 */
import type { PipeLogLevel, PolledPipe } from "../../outbox/polled-pipe.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { putLogEvents } from "./pipe-log-stream.ts";
import type { PipePollerPorts } from "./pipe-poller.ts";

/** What is known at a step. */
export interface StepData {
  readonly payload?: unknown;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly error?: unknown;
}

/** Of one record, in bytes. */
const RECORD_BYTES_MAX = 256 * 1024;
/** What data loses first when a record is too large. */
const DATA_FIELDS = ["payload", "awsRequest", "awsResponse"] as const;

const RANKS: Readonly<Record<PipeLogLevel, number>> = { ERROR: 0, INFO: 1, TRACE: 2 };

/** Steps that are logged from the level `INFO` on; failures always are. */
const INFO_STEPS = [
  "EXECUTION_STARTED",
  "EXECUTION_SUCCEEDED",
  "ENRICHMENT_STAGE_ENTERED",
  "ENRICHMENT_STAGE_SUCCEEDED",
  "TARGET_STAGE_ENTERED",
  "TARGET_STAGE_SUCCEEDED",
];

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

export class PipeLog {
  readonly #ports: PipePollerPorts;
  readonly #pipe: PolledPipe;
  readonly #executionId: string;
  readonly #events: LogEvent[] = [];

  constructor(ports: PipePollerPorts, pipe: PolledPipe) {
    this.#ports = ports;
    this.#pipe = pipe;
    this.#executionId = pipe.log === undefined ? "" : ports.random.uuid();
  }

  note(step: string, data: StepData = {}): void {
    const { log, arn } = this.#pipe;
    const level = levelOf(step);
    if (log === undefined || RANKS[level] > RANKS[log.level]) {
      return;
    }
    const timestamp = this.#ports.clock.nowMs();
    const record = {
      resourceArn: arn,
      timestamp,
      executionId: this.#executionId,
      messageType: step,
      logLevel: level,
      ...(log.includesData && dataOf(data)),
      ...(data.error !== undefined && { error: errorOf(data.error) }),
    };
    this.#events.push({ timestamp, message: fitted(record) });
  }

  /** A log that cannot be written keeps no record back. */
  async write(abort: AbortSignal): Promise<void> {
    const { log, accountId, region, name } = this.#pipe;
    if (log === undefined || this.#events.length === 0 || abort.aborted) {
      return;
    }
    const [, logGroupName = ""] = log.groupArn.match(/:log-group:([^:]+)/) ?? [];
    const request = { logGroupName, logStreamName: name, logEvents: this.#events };
    try {
      await putLogEvents(this.#ports.dispatcher, { accountId, region }, request);
    } catch (error) {
      this.#ports.log.write("warn", `The pipe ${name} cannot write its log.`, {
        group: log.groupArn,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

function levelOf(step: string): PipeLogLevel {
  if (step.endsWith("_FAILED")) {
    return "ERROR";
  }
  return INFO_STEPS.includes(step) ? "INFO" : "TRACE";
}

type DataField = (typeof DATA_FIELDS)[number];

function dataOf({ payload, request, response }: StepData): Partial<Record<DataField, string>> {
  return {
    ...(payload !== undefined && { payload: textOf(payload) }),
    ...(request !== undefined && { awsRequest: textOf(request) }),
    ...(response !== undefined && { awsResponse: textOf(response) }),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function errorOf(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof AwsError
    ? { httpStatusCode: error.status, message, details: error.code }
    : { message };
}

/** The record as JSON, with as much data as fits. */
function fitted(record: Partial<Record<DataField, string>> & object): string {
  let fields = record;
  const truncatedFields: DataField[] = [];
  let text = JSON.stringify(fields);
  for (const field of DATA_FIELDS) {
    const excess = Buffer.byteLength(text) - RECORD_BYTES_MAX;
    const data = fields[field];
    if (excess > 0 && data !== undefined) {
      truncatedFields.push(field);
      const kept = Math.max(0, data.length - excess - TRUNCATION_LENGTH);
      fields = { ...fields, [field]: data.slice(0, kept) };
      text = JSON.stringify({ ...fields, truncatedFields });
    }
  }
  return text;
}

/** What `truncatedFields` adds, and a little for what JSON escapes. */
const TRUNCATION_LENGTH = 1_024;
