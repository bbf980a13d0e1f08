import type { Json, JsonObject } from "../../../languages/asl/data/scope.ts";
import { isObject } from "../../../languages/asl/data/scope.ts";
import type {
  ExecutionInfo,
  ExecutionState,
  Failure,
  Step,
  StepEvent,
  TaskEffect,
  Thread,
} from "../../../languages/asl/run/execution.ts";
import { inspect } from "../../../languages/asl/run/inspect.ts";
import { NEW_EXECUTION } from "../../../languages/asl/run/new-execution.ts";
import { Payload } from "../../../languages/asl/run/payload.ts";
import { step } from "../../../languages/asl/run/step.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { executionArn, machineArn } from "../arns.ts";
import { invalidExecutionInput, validationException } from "../errors.ts";
import { performTask } from "../integrations/perform.ts";
import type { StatesContext, StatesOperation } from "../ports.ts";
import { checkInput, newSeed, SEED_BYTES } from "../start.ts";
import { taskEvent } from "../task-event.ts";
import { type TestedState, testedState } from "../tested-state.ts";

type Request = Input<"states", "TestState">;
type Answer = Output<"states", "TestState">;

/**
 * Runs one state: its task for real, unless its answer is given as a mock.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
 */
export const testState: StatesOperation<"TestState"> = async (ctx, input) => {
  refuse(input);
  const text = input.input ?? "{}";
  checkInput(text);
  const tested = testedState(ctx, input.definition, input.stateName);
  const thread = threadOf(ctx, tested, input);
  const trial = new Trial(ctx, tested, thread);
  await trial.run(input.mock);
  const level = input.inspectionLevel ?? "INFO";
  return {
    ...trial.answer(),
    ...(level !== "INFO" && { inspectionData: await trial.inspection() }),
  };
};

function refuse({ context, mock, revealSecrets, stateConfiguration }: Request): void {
  if (context !== undefined) {
    throw notSupported("TestState", "context");
  }
  if (revealSecrets === true) {
    throw notSupported("TestState", "revealSecrets");
  }
  if (mock?.fieldValidationMode !== undefined && mock.fieldValidationMode !== "NONE") {
    throw notSupported("TestState", `fieldValidationMode ${mock.fieldValidationMode}`);
  }
  if ((mock?.result === undefined) === (mock?.errorOutput === undefined) && mock !== undefined) {
    throw validationException("A mock must have either a result or an error output");
  }
  const { retrierRetryCount: _, ...others } = stateConfiguration ?? {};
  const [name] = Object.keys(others);
  if (name !== undefined) {
    throw notSupported("TestState", `stateConfiguration.${name}`);
  }
}

function threadOf(ctx: StatesContext, { state }: TestedState, input: Request): Thread {
  const retryCount = input.stateConfiguration?.retrierRetryCount ?? 0;
  const retriers = "retriers" in state ? state.retriers : [];
  return {
    id: NEW_EXECUTION.nextThreadId,
    parentId: undefined,
    index: 0,
    stateName: state.name,
    input: Payload.ofText(input.input ?? "{}"),
    variables: variablesOf(input.variables),
    enteredEventId: 0,
    enteredMs: ctx.nowMs,
    lastEventId: 0,
    retries: retriers.map(() => retryCount),
    phase: { kind: "ready" },
  };
}

function variablesOf(text: string | undefined): JsonObject {
  try {
    const variables = JSON.parse(text ?? "{}") as Json;
    if (isObject(variables)) {
      return variables;
    }
  } catch (error) {
    throw invalidExecutionInput(error instanceof Error ? error.message : "not JSON");
  }
  throw validationException("The variables must be a JSON object");
}

const EXECUTION = { machine: "TestState", name: "TestState" };

class Trial {
  readonly #ctx: StatesContext;
  readonly #tested: TestedState;
  readonly #info: ExecutionInfo;
  readonly #before: ExecutionState;
  readonly #thread: Thread;
  #after: ExecutionState;
  #result: Payload | undefined;
  #failure: Failure | undefined;

  constructor(ctx: StatesContext, tested: TestedState, thread: Thread) {
    this.#ctx = ctx;
    this.#tested = tested;
    this.#thread = thread;
    const { accountId, region } = ctx;
    const owner = { accountId, region };
    this.#info = {
      arn: executionArn({ ...owner, ...EXECUTION }),
      name: EXECUTION.name,
      input: thread.input,
      startedMs: ctx.nowMs,
      roleArn: "",
      machineArn: machineArn(owner, EXECUTION.machine),
      machineName: EXECUTION.machine,
      region,
      redriveCount: 0,
      seed: newSeed(ctx.random.bytes(SEED_BYTES)),
      eventsMax: Number.MAX_SAFE_INTEGER,
    };
    const threads = new Map([[thread.id, thread]]);
    this.#before = { ...NEW_EXECUTION, threads, nextThreadId: thread.id + 1 };
    this.#after = this.#before;
  }

  async run(mock: Request["mock"]): Promise<void> {
    const entered = await this.#take({ kind: "continue" });
    for (const effect of entered?.effects ?? []) {
      if (effect.kind === "task") {
        await this.#take(await this.#answerOf(effect, mock));
      } else if (effect.kind === "wake" && this.#tested.state.type === "Wait") {
        await this.#take({ kind: "wake", threadId: effect.threadId, ticket: effect.wake.ticket });
      }
    }
    if (this.#tested.state.type === "Pass" && this.#tested.state.result !== undefined) {
      this.#result = Payload.ofJson(this.#tested.state.result);
    }
  }

  async #take(event: StepEvent): Promise<Step | undefined> {
    const { machine } = this.#tested;
    const { nowMs } = this.#ctx;
    const taken = await step({
      ...{ machine, info: this.#info, state: this.#after, event, nowMs },
      // The state itself, and none of those it leads to.
      transitionsMax: this.#after.steps === 0 ? 1 : 0,
    });
    this.#after = taken?.state ?? this.#after;
    for (const { type, details } of taken?.history ?? []) {
      const { error, cause } = details ?? {};
      if (/Failed$|TimedOut$/.test(type) && typeof error === "string") {
        this.#failure = { error, ...(typeof cause === "string" && { cause }) };
      }
    }
    return taken;
  }

  async #answerOf(task: TaskEffect, mock: Request["mock"]): Promise<StepEvent> {
    if (mock?.errorOutput !== undefined) {
      const { error, cause } = mock.errorOutput;
      return taskEvent(task, { kind: "failed", failure: { error, cause } }, false);
    }
    if (mock?.result !== undefined) {
      checkInput(mock.result);
      this.#result = Payload.ofText(mock.result);
      const { threadId, ticket } = task;
      return { kind: "task-succeeded", threadId, ticket, output: this.#result };
    }
    const { resource } = task;
    const waits = resource.kind === "integration" && resource.pattern !== "requestResponse";
    if (waits || resource.kind === "activity" || isNested(resource)) {
      throw notSupported("TestState", `the resource ${resource.arn} without a mock`);
    }
    const { accountId, region, trace } = this.#ctx;
    const outcome = await performTask(this.#ctx, {
      resource,
      input: task.input.json,
      caller: { accountId, region, trace },
      execution: { arn: this.#info.arn, machineArn: this.#info.machineArn },
    });
    this.#result = outcome.kind === "succeeded" ? Payload.ofJson(outcome.output) : undefined;
    return taskEvent(task, outcome, false);
  }

  answer(): Answer {
    const { status, output, failure } = this.#after;
    const thread = this.#after.threads.get(this.#thread.id);
    if (status === "SUCCEEDED") {
      return { status: "SUCCEEDED", ...(output !== undefined && { output: output.text }) };
    }
    if (status !== "RUNNING") {
      return { status: "FAILED", ...failure };
    }
    if (thread?.phase.kind === "retrying") {
      return { status: "RETRIABLE", ...this.#failure };
    }
    const isCaught = this.#failure !== undefined;
    return {
      status: isCaught ? "CAUGHT_ERROR" : "SUCCEEDED",
      ...this.#failure,
      ...(thread !== undefined && { output: thread.input.text, nextState: thread.stateName }),
    };
  }

  async inspection(): Promise<NonNullable<Answer["inspectionData"]>> {
    const { nowMs } = this.#ctx;
    const at = { machine: this.#tested.machine, info: this.#info, state: this.#before, nowMs };
    const found = await inspect(at, this.#thread, this.#result);
    const thread = this.#after.threads.get(this.#thread.id) ?? this.#thread;
    const errorDetails = this.#errorDetails(thread);
    return {
      ...found,
      variables: JSON.stringify(thread.variables),
      ...(errorDetails !== undefined && { errorDetails }),
    };
  }

  #errorDetails(thread: Thread): NonNullable<Answer["inspectionData"]>["errorDetails"] {
    const { state } = this.#tested;
    if (this.#failure === undefined || !("catchers" in state)) {
      return undefined;
    }
    if (thread.phase.kind === "retrying") {
      const retryIndex = thread.retries.findIndex((used, at) => used !== this.#thread.retries[at]);
      const seconds = (thread.phase.wake.atMs - this.#ctx.nowMs) / 1_000;
      return { retryIndex, retryBackoffIntervalSeconds: Math.round(seconds) };
    }
    const catchIndex = state.catchers.findIndex(({ next }) => next === thread.stateName);
    return catchIndex < 0 ? undefined : { catchIndex };
  }
}

function isNested(resource: TaskEffect["resource"]): boolean {
  return resource.kind === "integration" && !resource.isSdk && resource.service === "states";
}
