/** `millrace executions`: executions of state machines, what they do, and how they look. */
import { EXIT_FAILURE, EXIT_USAGE, OperatorError } from "../../base/operator-error.ts";
import { type Graph, graphOf } from "../../languages/asl/graph/graph.ts";
import { ganttOf, mermaidOf } from "../../languages/asl/graph/mermaid.ts";
import { svgOf } from "../../languages/asl/graph/svg.ts";
import { statusByState, type Visit, visitsOf } from "../../languages/asl/graph/visits.ts";
import { type Clock, createSystemClock } from "../../platform/clock.ts";
import type { ExecutionListItem, HistoryEvent } from "../../wire/models/states.gen.ts";
import { runningEngine } from "../engine.ts";
import {
  type Execution,
  executionsOf,
  findByName,
  historyOf,
  knownMachines,
  type Machine,
  type Source,
  youngestFirst,
} from "../executions/known-executions.ts";
import {
  LIST_HEAD,
  listRow,
  listValue,
  paint,
  spanText,
  timelineText,
  timeText,
} from "../executions/print.ts";
import { type CallerOptions, callerOf } from "../options.ts";
import { createRemoteDispatcher } from "../remote-dispatcher.ts";
import { formatTable, type Terminal } from "../terminal.ts";

export interface ExecutionsOptions extends CallerOptions {
  readonly follow?: boolean;
  readonly graph?: "svg" | "mermaid";
  readonly timeline?: boolean;
  readonly limit: number;
}

interface Session {
  readonly terminal: Terminal;
  readonly source: Source;
  readonly clock: Clock;
  readonly options: ExecutionsOptions;
}

const POLL_MS = 500;

export async function executions(
  terminal: Terminal,
  name: string | undefined,
  options: ExecutionsOptions,
): Promise<number> {
  const dispatcher = createRemoteDispatcher(await runningEngine());
  const source = { dispatcher, caller: callerOf(options) };
  const session = { terminal, source, clock: createSystemClock(), options };
  if (name === undefined) {
    if (options.graph !== undefined || options.timeline === true) {
      throw nothingNamed();
    }
    return list(session, undefined);
  }
  const found = await findByName(source, name);
  if (found.kind === "execution") {
    return showExecution(session, found.executionArn);
  }
  if (options.graph !== undefined || options.timeline === true) {
    return drawMachine(session, found.machine);
  }
  return list(session, found.machine);
}

async function list(session: Session, machine: Machine | undefined): Promise<number> {
  const { terminal, clock, options } = session;
  const first = await read(session, machine);
  if (options.follow === true) {
    return followList(session, machine, first);
  }
  const rows = first.map((execution) => listRow(execution, clock.nowMs()));
  if (terminal.isJson) {
    for (const execution of first) {
      terminal.data(listValue(execution, clock.nowMs()), "");
    }
  } else if (first.length > 0) {
    terminal.data(first, formatTable(terminal.colors, [LIST_HEAD, ...rows]));
  } else {
    terminal.say(
      machine?.type === "EXPRESS"
        ? "Express executions are not kept: the machine's log has them, when it is given one."
        : "There are no executions yet.",
    );
  }
  return 0;
}

/** The youngest first, of one machine or of all. */
async function read(
  { source, options }: Session,
  machine: Machine | undefined,
): Promise<readonly ExecutionListItem[]> {
  const machines = machine === undefined ? await knownMachines(source) : [machine];
  const found: ExecutionListItem[] = [];
  for (const one of machines) {
    found.push(...(await executionsOf(source, one, options.limit)));
  }
  return youngestFirst(found).slice(0, options.limit);
}

/** A line for each execution, and another one whenever its status changes. */
async function followList(
  session: Session,
  machine: Machine | undefined,
  first: readonly ExecutionListItem[],
): Promise<never> {
  const { terminal, clock } = session;
  let seen: ReadonlyMap<string, string> = new Map();
  for (let items = first; ; items = await read(session, machine)) {
    for (const item of [...items].reverse()) {
      if (seen.get(item.executionArn) !== item.status) {
        const [status = "", ...rest] = listRow(item, clock.nowMs());
        const text = [paint(terminal.colors, status, status.padEnd(9)), ...rest].join("  ");
        terminal.data(listValue(item, clock.nowMs()), text);
      }
    }
    seen = new Map(items.map(({ executionArn, status }) => [executionArn, status]));
    await clock.sleepUntil(clock.nowMs() + POLL_MS);
  }
}

async function showExecution(session: Session, executionArn: string): Promise<number> {
  const { terminal, source, clock, options } = session;
  const execution = await describe(source, executionArn);
  if (options.follow === true) {
    return followExecution(session, executionArn);
  }
  const visits = visitsOf(await historyOf(source, executionArn));
  if (options.graph !== undefined) {
    const graph = await graphOfExecution(source, executionArn);
    const title = `${execution.name}: ${execution.status}`;
    draw(session, { title, graph, visits });
    return 0;
  }
  const nowMs = clock.nowMs();
  terminal.data({ ...execution, visits }, headText(terminal, execution, nowMs));
  if (!terminal.isJson && visits.length > 0) {
    terminal.data(visits, timelineText(terminal.colors, visits, nowMs));
  }
  return 0;
}

function describe({ dispatcher, caller }: Source, executionArn: string): Promise<Execution> {
  return dispatcher.call(caller, "states", "DescribeExecution", { executionArn });
}

function headText({ colors }: Terminal, execution: Execution, nowMs: number): string {
  const { name = "", status, startDate, stopDate, error, cause } = execution;
  const took = spanText((stopDate?.getTime() ?? nowMs) - startDate.getTime());
  const head = `${paint(colors, status, status)}  ${colors.bold(name)}  ${timeText(startDate)}  ${took}`;
  return error === undefined ? head : `${head}\n${error}: ${cause ?? "no cause"}`;
}

async function graphOfExecution(source: Source, executionArn: string): Promise<Graph> {
  const { dispatcher, caller } = source;
  const { definition } = await dispatcher.call(
    caller,
    "states",
    "DescribeStateMachineForExecution",
    { executionArn },
  );
  return graphOf(JSON.parse(definition));
}

async function drawMachine(session: Session, machine: Machine): Promise<number> {
  const { stateMachineArn, name } = machine;
  if (session.options.timeline === true) {
    throw new OperatorError({
      what: `${name} is a state machine: it has no time line.`,
      why: "Only an execution has one.",
      fix: `Name an execution: \`millrace executions ${name}\` lists them.`,
      exitCode: EXIT_USAGE,
    });
  }
  const { dispatcher, caller } = session.source;
  const { definition } = await dispatcher.call(caller, "states", "DescribeStateMachine", {
    stateMachineArn,
  });
  draw(session, { title: name, graph: graphOf(JSON.parse(definition)), visits: [] });
  return 0;
}

interface Drawn {
  readonly title: string;
  readonly graph: Graph;
  readonly visits: readonly Visit[];
}

function draw({ terminal, clock, options }: Session, { title, graph, visits }: Drawn): void {
  const nowMs = clock.nowMs();
  const timeline = options.timeline === true ? { nowMs } : undefined;
  const mermaid = (): string =>
    timeline === undefined ? mermaidOf(graph, statusByState(visits)) : ganttOf(visits, nowMs);
  const text = options.graph === "svg" ? svgOf({ title, graph, visits, timeline }) : mermaid();
  terminal.data({ [options.graph ?? "svg"]: text }, text.trimEnd());
}

/** A line for each event, until the execution is over; ends with 1 when it did not succeed. */
async function followExecution(
  { terminal, source, clock }: Session,
  executionArn: string,
): Promise<number> {
  let seen = 0;
  for (;;) {
    const { status } = await describe(source, executionArn);
    const events = await historyOf(source, executionArn);
    for (const event of events.slice(seen)) {
      terminal.data(event, eventText(event));
    }
    seen = events.length;
    if (status !== "RUNNING") {
      return status === "SUCCEEDED" ? 0 : EXIT_FAILURE;
    }
    await clock.sleepUntil(clock.nowMs() + POLL_MS);
  }
}

/** `12:01:07.123   14  TaskStateEntered  ReserveStock`. */
function eventText(event: HistoryEvent): string {
  const { id, type, timestamp, stateEnteredEventDetails, stateExitedEventDetails } = event;
  const name = stateEnteredEventDetails?.name ?? stateExitedEventDetails?.name;
  const time = timestamp.toISOString().slice(11, 23);
  return [time, String(id).padStart(5), type, ...(name === undefined ? [] : [name])].join("  ");
}

function nothingNamed(): OperatorError {
  return new OperatorError({
    what: "Nothing is named that could be drawn.",
    why: "--graph and --timeline want a state machine or an execution.",
    fix: "millrace executions NAME --graph svg > graph.svg",
    exitCode: EXIT_USAGE,
  });
}
