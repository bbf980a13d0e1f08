/**
 * What executions write to CloudWatch Logs, as far as their machine's logging configuration says.
 *
 * As on AWS, logs are written as well as can be: events are gathered in memory and sent when the
 * last ones are; what cannot be written (the group is gone) is dropped and said in the engine's log.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ExecutionInfo } from "../../languages/asl/run/execution.ts";
import type { HistoryEvent } from "../../languages/asl/run/history.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Log } from "../../platform/log.ts";
import type { Random } from "../../platform/random.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { LogLevel, Revision } from "./machine-record.ts";
import { historyRow } from "./saved-execution.ts";

export interface Logged {
  readonly info: ExecutionInfo;
  readonly revision: Pick<Revision, "logging">;
}

export interface ExecutionLogs {
  /** Whether anything of a machine's executions is logged. */
  wants(revision: Pick<Revision, "logging">): boolean;
  write(execution: Logged, events: readonly HistoryEvent[]): void;
  /** Resolves once all that was written is stored or dropped. */
  flush(): Promise<void>;
}

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

interface Stream {
  readonly accountId: string;
  readonly region: string;
  readonly group: string;
  readonly name: string;
  readonly lines: Line[];
  exists: boolean;
}

/** Of one call. Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const BATCH_LINES_MAX = 1_000;
const BATCH_LENGTH_MAX = 500_000;
/** Of all lines held: beyond it the newest are dropped. */
const HELD_LINES_MAX = 100_000;
/** A machine's log streams in memory. */
const STREAMS_MAX = 1_000;

const FATAL = new Set(["ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"]);
const ERROR = /(Failed|TimedOut|Aborted)$|^FailStateEntered$/;

export function createExecutionLogs(ports: {
  readonly dispatcher: Dispatcher;
  readonly random: Random;
  readonly log: Log;
}): ExecutionLogs {
  return new LogWriter(ports);
}

function isLogged(level: LogLevel, type: string): boolean {
  switch (level) {
    case "ALL":
      return true;
    case "ERROR":
      return ERROR.test(type);
    case "FATAL":
      return FATAL.has(type);
    case "OFF":
      return false;
  }
}

class LogWriter implements ExecutionLogs {
  readonly #ports: Parameters<typeof createExecutionLogs>[0];
  readonly #streams = new Map<string, Stream>();
  #held = 0;
  #sending: Promise<void> | undefined;

  constructor(ports: Parameters<typeof createExecutionLogs>[0]) {
    this.#ports = ports;
  }

  wants({ logging }: Pick<Revision, "logging">): boolean {
    return logging?.logGroupArn !== undefined && logging.level !== "OFF";
  }

  write({ info, revision }: Logged, events: readonly HistoryEvent[]): void {
    const { logging } = revision;
    if (logging?.logGroupArn === undefined || logging.level === "OFF") {
      return;
    }
    const stream = this.#streamOf(info, logging.logGroupArn);
    for (const event of events) {
      if (isLogged(logging.level, event.type) && this.#held < HELD_LINES_MAX) {
        this.#held += 1;
        const { timestampMs: timestamp } = event;
        stream.lines.push({
          timestamp,
          message: lineOf(info, event, logging.includeExecutionData),
        });
      }
    }
    if (stream.lines.length > 0) {
      this.#sending ??= this.#send();
    }
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) {
      await this.#sending;
    }
  }

  #streamOf(info: ExecutionInfo, logGroupArn: string): Stream {
    const known = this.#streams.get(`${logGroupArn} ${info.machineArn}`);
    if (known !== undefined) {
      return known;
    }
    const arn = parseArn(logGroupArn);
    const day = new Date(info.startedMs).toISOString().slice(0, 16).replace(/[T:]/g, "-");
    const stream: Stream = {
      accountId: arn?.accountId ?? "",
      region: arn?.region ?? "",
      group: arn?.resource.replace(/^log-group:/, "").replace(/:\*$/, "") ?? "",
      name: `states/${info.machineName}/${day}/${this.#ports.random.uuid().slice(0, 8)}`,
      lines: [],
      exists: false,
    };
    this.#streams.set(`${logGroupArn} ${info.machineArn}`, stream);
    const [oldest] = this.#streams.size > STREAMS_MAX ? this.#streams : [];
    if (oldest !== undefined && oldest[1].lines.length === 0) {
      this.#streams.delete(oldest[0]);
    }
    return stream;
  }

  async #send(): Promise<void> {
    // What is written in the same turn goes together.
    await Promise.resolve();
    for (;;) {
      const busy = [...this.#streams.values()].filter(({ lines }) => lines.length > 0);
      if (busy.length === 0) {
        this.#sending = undefined;
        return;
      }
      for (const stream of busy) {
        await this.#sendBatch(stream);
      }
    }
  }

  async #sendBatch(stream: Stream): Promise<void> {
    let length = 0;
    let count = 0;
    while (count < Math.min(stream.lines.length, BATCH_LINES_MAX) && length < BATCH_LENGTH_MAX) {
      length += stream.lines[count]?.message.length ?? 0;
      count += 1;
    }
    const logEvents = stream.lines.splice(0, count);
    this.#held -= count;
    const { accountId, region, group: logGroupName, name: logStreamName } = stream;
    const { dispatcher, log } = this.#ports;
    const caller = { accountId, region };
    try {
      if (!stream.exists) {
        await dispatcher.call(caller, "logs", "CreateLogStream", { logGroupName, logStreamName });
        stream.exists = true;
      }
      const input = { logGroupName, logStreamName, logEvents };
      await dispatcher.call(caller, "logs", "PutLogEvents", input);
    } catch (error) {
      stream.exists = stream.exists && !(error instanceof AwsError);
      const cause = error instanceof Error ? error.message : String(error);
      log.write("warn", "states: log events could not be written", { logGroupName, cause });
    }
  }
}

const DATA_MEMBERS = ["input", "output", "parameters", "assignedVariables"];
/** Of these is said whether they are whole. */
const TRUNCATED_MEMBERS = ["input", "output", "assignedVariables"];
/** Of data as they stand in a log event, with their escapes. */
const DATA_LENGTH_MAX = 248 * 1024;

function lineOf(info: ExecutionInfo, event: HistoryEvent, withData: boolean): string {
  const [id, previous, timestampMs, type, details] = historyRow(event);
  const shown = Object.entries(details ?? {})
    .filter(([name]) => withData || !DATA_MEMBERS.includes(name))
    .flatMap(([name, value]) => shownMember(name, value));
  return JSON.stringify({
    id: String(id),
    type,
    details: Object.fromEntries(shown),
    redrive_count: String(info.redriveCount),
    previous_event_id: String(previous),
    event_timestamp: String(timestampMs),
    execution_arn: info.arn,
  });
}

function shownMember(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (!TRUNCATED_MEMBERS.includes(name)) {
    return [[name, value]];
  }
  const isTruncated =
    typeof value === "string" &&
    value.length * ESCAPED_LENGTH_MAX > DATA_LENGTH_MAX &&
    JSON.stringify(value).length > DATA_LENGTH_MAX;
  return [
    [name, isTruncated ? truncated(value) : value],
    [`${name}Details`, { truncated: isTruncated }],
  ];
}

/** A character takes at most so many with its escape: `\\u0000`. */
const ESCAPED_LENGTH_MAX = 6;

/** As much of the beginning as has room with its escapes. */
function truncated(text: string): string {
  let length = 2;
  for (let at = 0; at < text.length; at += 1) {
    length += JSON.stringify(text.charAt(at)).length - 2;
    if (length > DATA_LENGTH_MAX) {
      return text.slice(0, at);
    }
  }
  return text;
}
