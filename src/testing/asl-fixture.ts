/** Runs a state machine in memory, in virtual time, over scripted tasks: for tests of the language. */
import type { Json } from "../languages/asl/data/scope.ts";
import { parseMachine } from "../languages/asl/parse.ts";
import type {
  ExecutionInfo,
  ExecutionState,
  Failure,
  Step,
  StepEvent,
  TaskEffect,
} from "../languages/asl/run/execution.ts";
import type { HistoryEvent } from "../languages/asl/run/history.ts";
import { NEW_EXECUTION } from "../languages/asl/run/new-execution.ts";
import { Payload } from "../languages/asl/run/payload.ts";
import { step } from "../languages/asl/run/step.ts";
import { validateDefinition } from "../languages/asl/validate.ts";

/** What a scripted task answers: a value, a failure, or nothing (it never answers). */
export type TaskAnswer = { readonly output: Json } | { readonly failure: Failure } | "silence";
export type TaskScript = (input: Json, task: TaskEffect, nowMs: number) => TaskAnswer;

export interface MachineRun {
  readonly status: string;
  readonly output: Json | undefined;
  readonly failure: Failure | undefined;
  readonly history: readonly HistoryEvent[];
  /** How long it took, in virtual time. */
  readonly elapsedMs: number;
  readonly state: ExecutionState;
}

export interface MachineRunOptions {
  readonly input?: Json;
  /** By the resource's last part: a function's name, `sendMessage`. */
  readonly tasks?: Readonly<Record<string, TaskScript>>;
  readonly eventsMax?: number;
  /** Events from outside at a time, in ms from the start. */
  readonly events?: readonly { readonly atMs: number; readonly event: StepEvent }[];
}

const START_MS = Date.UTC(2026, 0, 1);
const ROUNDS_MAX = 100_000;

/** Throws when the definition is refused. */
export async function runMachine(
  definition: Json,
  options: MachineRunOptions = {},
): Promise<MachineRun> {
  const { definition: parsed, diagnostics } = validateDefinition(JSON.stringify(definition));
  const errors = diagnostics.filter(({ severity }) => severity === "ERROR");
  if (parsed === undefined || errors.length > 0) {
    throw new Error(`the definition is refused: ${JSON.stringify(errors)}`);
  }
  const machine = parseMachine(parsed);
  const info: ExecutionInfo = {
    arn: "arn:aws:states:us-east-1:000000000000:execution:m:e",
    name: "e",
    input: Payload.ofText(JSON.stringify(options.input ?? {})),
    startedMs: START_MS,
    roleArn: "arn:aws:iam::000000000000:role/states",
    machineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
    machineName: "m",
    region: "us-east-1",
    redriveCount: 0,
    seed: "00112233445566778899aabbccddeeff",
    eventsMax: options.eventsMax ?? 25_000,
  };
  let state: ExecutionState = NEW_EXECUTION;
  const history: HistoryEvent[] = [];
  const due: { atMs: number; event: StepEvent }[] = [{ atMs: START_MS, event: { kind: "start" } }];
  due.push(...(options.events ?? []).map(({ atMs, event }) => ({ atMs: START_MS + atMs, event })));
  let nowMs = START_MS;
  for (let round = 0; round < ROUNDS_MAX && due.length > 0; round += 1) {
    const at = due.reduce(
      (best, each, index) => (each.atMs < (due[best]?.atMs ?? 0) ? index : best),
      0,
    );
    const [next] = due.splice(at, 1);
    if (next === undefined) {
      break;
    }
    nowMs = Math.max(nowMs, next.atMs);
    const taken = await step({ machine, info, state, event: next.event, nowMs });
    if (taken !== undefined) {
      state = taken.state;
      history.push(...taken.history);
      applyEffects(taken, due, { nowMs, tasks: options.tasks ?? {} });
    }
    if (state.status !== "RUNNING" && !due.some(({ event }) => event.kind === "redrive")) {
      break;
    }
  }
  return {
    status: state.status,
    output: state.output?.json,
    failure: state.failure,
    history,
    elapsedMs: nowMs - START_MS,
    state,
  };
}

function applyEffects(
  taken: Step,
  due: { atMs: number; event: StepEvent }[],
  world: { readonly nowMs: number; readonly tasks: Readonly<Record<string, TaskScript>> },
): void {
  const { nowMs } = world;
  const callOff = (ticket: number): void => {
    const at = due.findIndex(({ event }) => "ticket" in event && event.ticket === ticket);
    if (at >= 0) {
      due.splice(at, 1);
    }
  };
  for (const effect of taken.effects) {
    switch (effect.kind) {
      case "wake": {
        const { threadId, wake } = effect;
        due.push({ atMs: wake.atMs, event: { kind: "wake", threadId, ticket: wake.ticket } });
        break;
      }
      case "deadline":
        due.push({
          atMs: effect.wake.atMs,
          event: { kind: "deadline", ticket: effect.wake.ticket },
        });
        break;
      case "cancel-wake":
      case "cancel-deadline":
        callOff(effect.wake.ticket);
        break;
      case "continue":
        due.push({ atMs: nowMs, event: { kind: "continue" } });
        break;
      case "task": {
        const answer = answerOf(effect, world);
        if (answer !== undefined) {
          due.push({ atMs: nowMs, event: answer });
        }
        break;
      }
      default:
    }
  }
}

function answerOf(
  task: TaskEffect,
  world: { readonly nowMs: number; readonly tasks: Readonly<Record<string, TaskScript>> },
): StepEvent | undefined {
  const { threadId, ticket, resource } = task;
  const name = /[^:]+$/.exec(resource.arn)?.[0] ?? "";
  const script = world.tasks[name];
  if (script === undefined) {
    throw new Error(`no script for the task ${name}`);
  }
  const answer = script(task.input.json, task, world.nowMs);
  if (answer === "silence") {
    return undefined;
  }
  return "failure" in answer
    ? { kind: "task-failed", threadId, ticket, failure: answer.failure }
    : { kind: "task-succeeded", threadId, ticket, output: Payload.ofJson(answer.output) };
}
