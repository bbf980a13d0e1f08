/**
 * A state that runs by itself, for `TestState`. It is entered by the interpreter; its work is done, or
 * taken from the mock; nothing of what follows is.
 */
import type { Json, JsonObject } from "../../languages/asl/data/scope.ts";
import type {
  ExecutionInfo,
  ExecutionState,
  Failure,
  MapRunSettings,
  Step,
  StepEvent,
  TaskEffect,
  Thread,
} from "../../languages/asl/run/execution.ts";
import { inspect } from "../../languages/asl/run/inspect.ts";
import { NEW_EXECUTION } from "../../languages/asl/run/new-execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import { handles } from "../../languages/asl/run/state-error.ts";
import { step } from "../../languages/asl/run/step.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { executionArn, machineArn } from "./arns.ts";
import { invalidDefinition, validationException } from "./errors.ts";
import { performTask } from "./integrations/perform.ts";
import { itemsOfText } from "./map-run/read-items.ts";
import type { StatesContext } from "./ports.ts";
import { newSeed, SEED_BYTES } from "./start.ts";
import { taskEvent } from "./task-event.ts";
import { type TracedEndpoints, tracedEndpoints } from "./test-http.ts";
import type { MockResult } from "./test-mock.ts";
import type { TestedState } from "./tested-state.ts";

type Answer = Output<"states", "TestState">;
type InspectionData = NonNullable<Answer["inspectionData"]>;
type Configuration = NonNullable<Input<"states", "TestState">["stateConfiguration"]>;

export interface TrialOptions {
  /** JSON. */
  readonly input: string;
  readonly variables: JsonObject;
  readonly context: JsonObject | undefined;
  readonly mock: MockResult | undefined;
  readonly configuration: Configuration;
}

const EXECUTION = { machine: "TestState", name: "TestState" };
const PERCENT = 100;
const MS_PER_SECOND = 1_000;

export class Trial {
  readonly #ctx: StatesContext;
  readonly #tested: TestedState;
  readonly #options: TrialOptions;
  readonly #info: ExecutionInfo;
  readonly #before: ExecutionState;
  readonly #thread: Thread;
  readonly #endpoints: TracedEndpoints;
  #after: ExecutionState;
  #result: Payload | undefined;
  #failure: Failure | undefined;
  #readItems: readonly Json[] | undefined;

  constructor(ctx: StatesContext, tested: TestedState, options: TrialOptions) {
    this.#ctx = ctx;
    this.#tested = tested;
    this.#options = options;
    this.#endpoints = tracedEndpoints(ctx.endpoints);
    const thread = threadOf(ctx, tested, options);
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
      context: options.context,
    };
    const threads = new Map([[thread.id, thread]]);
    this.#before = { ...NEW_EXECUTION, threads, nextThreadId: thread.id + 1 };
    this.#after = this.#before;
  }

  async run(): Promise<void> {
    const { state } = this.#tested;
    const entered = await this.#take({ kind: "continue" });
    for (const effect of entered?.effects ?? []) {
      if (effect.kind === "task") {
        await this.#take(await this.#answerOf(effect));
      } else if (effect.kind === "map-run") {
        await this.#takeMap(await this.#itemCount(effect.settings), effect.settings);
      } else if (effect.kind === "wake" && state.type === "Wait") {
        await this.#take({ kind: "wake", threadId: effect.threadId, ticket: effect.wake.ticket });
      }
    }
    const phase = this.#after.threads.get(this.#thread.id)?.phase;
    if (phase?.kind === "joining") {
      await this.#takeMap(phase.total, undefined);
    }
    if (state.type === "Pass" && state.result !== undefined) {
      this.#result = Payload.ofJson(state.result);
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

  /** How many items the reader of a Map state gives, or its input has. */
  async #itemCount(settings: MapRunSettings): Promise<number> {
    if (settings.reader === undefined) {
      return (JSON.parse(settings.items ?? "[]") as readonly Json[]).length;
    }
    const { mapItemReaderData: data } = this.#options.configuration;
    if (data === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    if (settings.reader.config.InputType === "MANIFEST") {
      throw notSupported("TestState", "mapItemReaderData of a manifest");
    }
    try {
      this.#readItems = await itemsOfText(settings.reader, data);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "not of its format";
      throw validationException(`mapItemReaderData cannot be read: ${reason}`);
    }
    return this.#readItems.length;
  }

  /** A Map or Parallel state: nothing runs but the mock. */
  async #takeMap(itemCount: number, settings: MapRunSettings | undefined): Promise<void> {
    const { mock, configuration } = this.#options;
    if (mock === undefined) {
      throw invalidDefinition("TestState supports Map and Parallel states only with a mock");
    }
    const { mapIterationFailureCount: failures = 0 } = configuration;
    if (failures > itemCount) {
      throw validationException(
        `mapIterationFailureCount (${failures}) exceeds the number of items (${itemCount})`,
      );
    }
    const isExceeded = settings !== undefined && failures > toleratedOf(itemCount, settings);
    const result = isExceeded ? { failure: EXCEEDED } : mock;
    if ("output" in result) {
      this.#result = result.output;
    } else {
      this.#failure = result.failure;
    }
    await this.#take({ kind: "mocked", threadId: this.#thread.id, result });
  }

  async #answerOf(task: TaskEffect): Promise<StepEvent> {
    const { mock } = this.#options;
    const { resource } = task;
    if (mock !== undefined && "failure" in mock) {
      return taskEvent(task, { kind: "failed", failure: mock.failure }, false);
    }
    if (mock !== undefined) {
      this.#result = mock.output;
      const { threadId, ticket } = task;
      return { kind: "task-succeeded", threadId, ticket, output: mock.output };
    }
    const waits = resource.kind === "integration" && resource.pattern !== "requestResponse";
    if (waits || resource.kind === "activity") {
      throw invalidDefinition(`TestState supports the resource ${resource.arn} only with a mock`);
    }
    if (isNested(resource)) {
      throw notSupported("TestState", `the resource ${resource.arn} without a mock`);
    }
    const { accountId, region, trace } = this.#ctx;
    const ports = { ...portsOf(this.#ctx), endpoints: this.#endpoints };
    const outcome = await performTask(ports, {
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

  async inspection(): Promise<InspectionData> {
    const { nowMs } = this.#ctx;
    const at = { machine: this.#tested.machine, info: this.#info, state: this.#before, nowMs };
    const inspected = { result: this.#result, readItems: this.#readItems };
    const found = await inspect(at, this.#thread, inspected);
    const thread = this.#after.threads.get(this.#thread.id) ?? this.#thread;
    const errorDetails = this.#errorDetails(thread);
    return {
      ...found,
      variables: JSON.stringify(thread.variables),
      ...(errorDetails !== undefined && { errorDetails }),
    };
  }

  traced(options: { readonly revealSecrets: boolean }): Pick<InspectionData, "request"> {
    return this.#endpoints.traced(options);
  }

  #errorDetails(thread: Thread): InspectionData["errorDetails"] {
    const { state } = this.#tested;
    if (this.#failure === undefined || !("catchers" in state)) {
      return undefined;
    }
    if (thread.phase.kind === "retrying") {
      const retryIndex = thread.retries.findIndex((used, at) => used !== this.#thread.retries[at]);
      const seconds = (thread.phase.wake.atMs - this.#ctx.nowMs) / MS_PER_SECOND;
      return { retryIndex, retryBackoffIntervalSeconds: Math.round(seconds) };
    }
    const { error = "" } = this.#failure;
    const catchIndex = state.catchers.findIndex(({ errors }) => handles(errors, error));
    return catchIndex < 0 || this.#after.status !== "RUNNING" ? undefined : { catchIndex };
  }
}

const EXCEEDED: Failure = {
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
};

function toleratedOf(itemCount: number, settings: MapRunSettings): number {
  const { toleratedFailureCount = 0, toleratedFailurePercentage = 0 } = settings;
  const share = Number.isFinite(itemCount)
    ? Math.floor((itemCount * toleratedFailurePercentage) / PERCENT)
    : 0;
  return Math.max(toleratedFailureCount, share);
}

/** Those of a context are on its prototype. */
function portsOf({ dispatcher, catalog, random, apis }: StatesContext) {
  return { dispatcher, catalog, random, apis };
}

function threadOf(ctx: StatesContext, { state }: TestedState, options: TrialOptions): Thread {
  const { mock, configuration } = options;
  const { retrierRetryCount: count = 0 } = configuration;
  const retriers = "retriers" in state ? state.retriers : [];
  const error = mock !== undefined && "failure" in mock ? (mock.failure.error ?? "") : undefined;
  const applies = retriers.findIndex(({ errors }) => error !== undefined && handles(errors, error));
  const retried = Math.max(applies, 0);
  return {
    id: NEW_EXECUTION.nextThreadId,
    parentId: undefined,
    index: 0,
    stateName: state.name,
    input: Payload.ofText(options.input),
    variables: options.variables,
    enteredEventId: 0,
    enteredMs: ctx.nowMs,
    lastEventId: 0,
    retries: retriers.map((_, index) => (index === retried ? count : 0)),
    phase: { kind: "ready" },
  };
}

function isNested(resource: TaskEffect["resource"]): boolean {
  return resource.kind === "integration" && !resource.isSdk && resource.service === "states";
}
