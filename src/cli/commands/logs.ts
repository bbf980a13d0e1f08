/** `millrace logs`: what functions wrote, from CloudWatch Logs. */
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { type Clock, createSystemClock } from "../../platform/clock.ts";
import type { FilteredLogEvent } from "../../wire/models/logs.gen.ts";
import { runningEngine } from "../engine.ts";
import { findFunction, type KnownFunction, knownFunctions } from "../function-name.ts";
import { createLinePrinter, type LinePrinter } from "../line-printer.ts";
import { type CallerOptions, callerOf } from "../options.ts";
import { createRemoteDispatcher } from "../remote-dispatcher.ts";
import type { Terminal } from "../terminal.ts";

export interface LogsOptions extends CallerOptions {
  readonly follow?: boolean;
  /** Milliseconds back from now. */
  readonly since: number;
  readonly filter?: string;
}

interface Source {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly filterPattern: string | undefined;
  readonly functions: () => Promise<readonly KnownFunction[]>;
}

interface FoundLine {
  readonly functionName: string;
  readonly event: FilteredLogEvent;
}

const POLL_MS = 500;
/** A line may be read a little after others that are younger: this far back is asked again. */
const OVERLAP_MS = 5_000;

export async function logs(
  terminal: Terminal,
  name: string | undefined,
  options: LogsOptions,
): Promise<number> {
  const dispatcher = createRemoteDispatcher(await runningEngine());
  const caller = callerOf(options);
  const clock = createSystemClock();
  const known = await knownFunctions(dispatcher, caller);
  const chosen = name === undefined ? undefined : findFunction(name, known);
  const source: Source = {
    dispatcher,
    caller,
    clock,
    filterPattern: options.filter,
    functions: async () => (chosen === undefined ? knownFunctions(dispatcher, caller) : [chosen]),
  };
  const printer = createLinePrinter(terminal, known);
  const sinceMs = clock.nowMs() - options.since;
  if (options.follow === true) {
    return follow(source, printer, sinceMs);
  }
  const lines = await terminal.progress("Reading the logs", linesSince(source, sinceMs));
  print(printer, lines);
  if (lines.length === 0) {
    terminal.say("No lines: nothing was written in that time (--since asks further back).");
  }
  return 0;
}

async function follow(source: Source, printer: LinePrinter, fromMs: number): Promise<never> {
  const { clock } = source;
  let sinceMs = fromMs;
  let seen: ReadonlySet<string | undefined> = new Set();
  for (;;) {
    const lines = await linesSince(source, sinceMs);
    print(
      printer,
      lines.filter(({ event }) => !seen.has(event.eventId)),
    );
    const newestMs = lines.at(-1)?.event.timestamp ?? sinceMs;
    sinceMs = Math.max(sinceMs, newestMs - OVERLAP_MS);
    seen = new Set(lines.map(({ event }) => event.eventId));
    await clock.sleepUntil(clock.nowMs() + POLL_MS);
  }
}

/** Of all chosen functions, oldest first; lines of one function stay in their order. */
async function linesSince(source: Source, startTime: number): Promise<readonly FoundLine[]> {
  const { dispatcher, caller, filterPattern } = source;
  const existing = await logGroups(source);
  const lines: FoundLine[] = [];
  for (const fn of await source.functions()) {
    const group = fn.logGroup;
    let nextToken: string | undefined;
    while (existing.has(group)) {
      const page = await dispatcher.call(caller, "logs", "FilterLogEvents", {
        logGroupName: group,
        startTime,
        filterPattern,
        nextToken,
      });
      const own = (page.events ?? []).filter((event) => wrote(fn, event));
      lines.push(...own.map((event) => ({ functionName: fn.name, event })));
      nextToken = page.nextToken;
      if (nextToken === undefined) {
        break;
      }
    }
  }
  return lines.sort((a, b) => (a.event.timestamp ?? 0) - (b.event.timestamp ?? 0));
}

/** Functions may share a log group; there streams have the function's name. */
function wrote(
  { name, logGroup }: KnownFunction,
  { logStreamName = "" }: FilteredLogEvent,
): boolean {
  return logGroup === `/aws/lambda/${name}` || logStreamName.includes(`/${name}[`);
}

async function logGroups({ dispatcher, caller }: Source): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await dispatcher.call(caller, "logs", "DescribeLogGroups", { nextToken });
    for (const { logGroupName = "" } of page.logGroups ?? []) {
      names.add(logGroupName);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}

function print(printer: LinePrinter, lines: readonly FoundLine[]): void {
  for (const { functionName, event } of lines) {
    printer.print({
      functionName,
      logStream: event.logStreamName ?? "",
      timestampMs: event.timestamp ?? 0,
      message: event.message ?? "",
    });
  }
}
