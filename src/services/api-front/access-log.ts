/**
 * Access logs of APIs, HTTP and REST alike: a line a request, in a log group, in the format that the stage gives.
 *
 * Lines are handed to CloudWatch Logs in batches behind the requests, so a log never holds up an
 * answer; what is not handed over yet is lost with the process, as access logs are best effort.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
import { parseArn } from "../../base/arn.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { Log } from "../../platform/log.ts";

export interface AccessLogSettings {
  readonly destinationArn: string | undefined;
  readonly format: string | undefined;
}

/** By the names behind `$context.`; those of the documentation that are missing print as `-`. */
export type AccessRecord = Readonly<Record<string, string | number | undefined>>;

export interface AccessLog {
  /** A line as it is: of an execution log, whose group and stream are made with the first one. */
  note(caller: Caller, group: string, message: string, nowMs: number): void;
  write(caller: Caller, settings: AccessLogSettings, record: AccessRecord, nowMs: number): void;
}

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

interface Group {
  readonly caller: Caller;
  readonly name: string;
  readonly lines: Line[];
  readonly makesGroup: boolean;
  handingOver: boolean;
  streamMade: boolean;
}

/** Lines that wait for a log group; more are dropped. */
const LINES_MAX = 10_000;
const BATCH_MAX = 1_000;
const GROUPS_MAX = 1_000;

export function createAccessLog(ports: {
  readonly dispatcher: Dispatcher;
  readonly log: Log;
}): AccessLog {
  const groups = new Map<string, Group>();
  const add = (group: Group, line: Line): void => {
    if (group.lines.length >= LINES_MAX) {
      ports.log.write("warn", "an access log line was dropped", { name: group.name });
      return;
    }
    group.lines.push(line);
    if (!group.handingOver) {
      group.handingOver = true;
      void handOver(ports, group);
    }
  };
  return {
    note(caller, name, message, nowMs) {
      add(groupFor(groups, { caller, name, makesGroup: true }), { timestamp: nowMs, message });
    },
    write(caller, settings, record, nowMs) {
      const name = logGroupOf(settings.destinationArn);
      if (name !== undefined && settings.format !== undefined) {
        const message = formatted(settings.format, record);
        add(groupFor(groups, { caller, name, makesGroup: false }), { timestamp: nowMs, message });
      }
    },
  };
}

/** `arn:aws:logs:us-east-1:000000000000:log-group:name`, with or without `:*`. */
export function logGroupOf(arn: string | undefined): string | undefined {
  const parsed = parseArn(arn ?? "");
  return parsed?.service === "logs"
    ? parsed.resource.match(/^log-group:([^:]+)(?::\*)?$/)?.[1]
    : undefined;
}

/** Names of claims may have colons in them: `authorizer.claims.cognito:groups`. */
const VARIABLE = /\$context\.(authorizer(?:\.\w+(?:[:-]\w+)*)+|\w+(?:\.\w+)*)/g;

function formatted(format: string, record: AccessRecord): string {
  const line = format.replace(VARIABLE, (_, name: string) => String(record[name] ?? "-"));
  return line.trimEnd();
}

/** The group that was logged to first goes when there are too many. */
function groupFor(
  groups: Map<string, Group>,
  wanted: Pick<Group, "caller" | "name" | "makesGroup">,
): Group {
  const { caller, name } = wanted;
  const key = `${caller.accountId} ${caller.region} ${name}`;
  const known = groups.get(key);
  if (known !== undefined) {
    return known;
  }
  const [oldest] = groups.keys();
  if (groups.size >= GROUPS_MAX && oldest !== undefined) {
    groups.delete(oldest);
  }
  const group = { ...wanted, lines: [], handingOver: false, streamMade: false };
  groups.set(key, group);
  return group;
}

/** One stream a group: AWS's own names of streams say nothing either. */
const STREAM = "access";

async function handOver(
  ports: { readonly dispatcher: Dispatcher; readonly log: Log },
  group: Group,
): Promise<void> {
  const { caller, name, lines } = group;
  const names = { logGroupName: name, logStreamName: STREAM };
  try {
    if (!group.streamMade) {
      if (group.makesGroup) {
        const made = { logGroupName: name };
        await ports.dispatcher.call(caller, "logs", "CreateLogGroup", made).catch(unlessThere);
      }
      await ports.dispatcher.call(caller, "logs", "CreateLogStream", names).catch(unlessThere);
      group.streamMade = true;
    }
    while (lines.length > 0) {
      const logEvents = lines.splice(0, BATCH_MAX);
      await ports.dispatcher.call(caller, "logs", "PutLogEvents", { ...names, logEvents });
    }
  } catch (error) {
    group.streamMade = false;
    ports.log.write("warn", "access logs were not written", { name, error });
  } finally {
    group.handingOver = false;
  }
}

function unlessThere(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== "ResourceAlreadyExistsException") {
    throw error;
  }
}
