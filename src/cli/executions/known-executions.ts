/** State machines and executions of a running engine, by public operations, and by their names. */
import { EXIT_FAILURE, OperatorError } from "../../base/operator-error.ts";
import { stackResources } from "../../deploy/stack-resources.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type {
  ExecutionListItem,
  HistoryEvent,
  StateMachineListItem,
} from "../../wire/models/states.gen.ts";
import type { Output } from "../../wire/operations.ts";
import { stackNames } from "../stack-names.ts";

export type Execution = Output<"states", "DescribeExecution">;
export type Machine = StateMachineListItem;

/** The engine to ask, and as whom. */
export interface Source {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
}

export async function knownMachines({ dispatcher, caller }: Source): Promise<readonly Machine[]> {
  const machines: Machine[] = [];
  let nextToken: string | undefined;
  do {
    const page = await dispatcher.call(caller, "states", "ListStateMachines", { nextToken });
    machines.push(...page.stateMachines);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return machines;
}

/** The youngest first. Express machines keep none. */
export async function executionsOf(
  { dispatcher, caller }: Source,
  { stateMachineArn, type }: Machine,
  limit: number,
): Promise<readonly ExecutionListItem[]> {
  const found: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  do {
    if (type === "EXPRESS") {
      break;
    }
    const page = await dispatcher.call(caller, "states", "ListExecutions", {
      stateMachineArn,
      nextToken,
      maxResults: Math.min(limit, PAGE_MAX),
    });
    found.push(...page.executions);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < limit);
  return found.slice(0, limit);
}

const PAGE_MAX = 1_000;

/** The whole history, oldest first; of a Standard execution. */
export async function historyOf(
  { dispatcher, caller }: Source,
  executionArn: string,
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await dispatcher.call(caller, "states", "GetExecutionHistory", {
      executionArn,
      nextToken,
      maxResults: PAGE_MAX,
      includeExecutionData: false,
    });
    events.push(...page.events);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

export type Found =
  | { readonly kind: "machine"; readonly machine: Machine }
  | { readonly kind: "execution"; readonly executionArn: string };

/**
 * What a person means by a name: an ARN, a machine's name, its logical id in a stack, or the name
 * of an execution (the youngest of that name). Throws an `OperatorError` that says what there is.
 */
export async function findByName(source: Source, given: string): Promise<Found> {
  const machines = await knownMachines(source);
  const machine = machines.find(
    ({ name, stateMachineArn }) => name === given || stateMachineArn === given,
  );
  if (machine !== undefined) {
    return { kind: "machine", machine };
  }
  if (given.includes(":execution:")) {
    return { kind: "execution", executionArn: given };
  }
  const arns = await arnsOfLogicalId(source, given);
  const meant = machines.filter(({ stateMachineArn }) => arns.includes(stateMachineArn));
  const [only] = meant;
  if (meant.length > 1) {
    throw ambiguous(given, meant);
  }
  if (only !== undefined) {
    return { kind: "machine", machine: only };
  }
  const execution = await executionNamed(source, machines, given);
  if (execution === undefined) {
    throw unknown(given, machines);
  }
  return { kind: "execution", executionArn: execution.executionArn };
}

async function executionNamed(
  source: Source,
  machines: readonly Machine[],
  given: string,
): Promise<ExecutionListItem | undefined> {
  const found: ExecutionListItem[] = [];
  for (const machine of machines) {
    const own = await executionsOf(source, machine, LOOKED_AT_MAX);
    found.push(...own.filter(({ name }) => name === given));
  }
  return youngestFirst(found).at(0);
}

/** Executions of a machine in which a name is looked for. */
const LOOKED_AT_MAX = 10_000;

export function youngestFirst(
  executions: readonly ExecutionListItem[],
): readonly ExecutionListItem[] {
  return [...executions].sort((a, b) => b.startDate.getTime() - a.startDate.getTime());
}

async function arnsOfLogicalId(
  { dispatcher, caller }: Source,
  logicalId: string,
): Promise<readonly string[]> {
  const arns: string[] = [];
  for (const stackName of await stackNames(dispatcher, caller)) {
    const resources = await stackResources(dispatcher, caller, stackName);
    const own = resources.filter((resource) => resource.logicalId === logicalId);
    arns.push(...own.map(({ physicalId }) => physicalId));
  }
  return arns;
}

function ambiguous(given: string, machines: readonly Machine[]): OperatorError {
  return new OperatorError({
    what: `Several stacks have a state machine ${given}.`,
    why: machines.map(({ name }) => name).join("\n"),
    fix: "Give its full name.",
    exitCode: EXIT_FAILURE,
  });
}

function unknown(given: string, machines: readonly Machine[]): OperatorError {
  const names = machines.map(({ name }) => name).sort();
  return new OperatorError({
    what: `There is no state machine and no execution ${given}.`,
    why:
      names.length === 0
        ? "The engine has no state machines yet."
        : `The engine has the state machines ${names.join(", ")}.`,
    fix: "`millrace executions` lists the executions there are.",
    exitCode: EXIT_FAILURE,
  });
}
