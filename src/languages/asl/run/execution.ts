/**
 * An execution as data: what `step` takes, and what it gives.
 *
 * An execution is a tree of threads. The root runs the machine; a Parallel or Map state that is
 * entered waits for a thread per branch or item. A thread is at one state, in one phase.
 */
import type { JsonObject } from "../data/scope.ts";
import type { Resource } from "../resource.ts";
import type { HistoryEvent } from "./history.ts";
import type { Payload } from "./payload.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** What stays the same from an execution's start to its end; a redrive alone changes it. */
export interface ExecutionInfo {
  readonly arn: string;
  readonly name: string;
  readonly input: Payload;
  readonly startedMs: number;
  readonly roleArn: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
  readonly region: string;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
  /** 32 hexadecimal digits: where the execution's chance comes from. */
  readonly seed: string;
  /** Standard executions end at their 25,000th event. */
  readonly eventsMax: number;
  /** Of `TestState`: parts of the context object that are not what they would be. */
  readonly context?: JsonObject | undefined;
}

export interface ExecutionState {
  readonly status: ExecutionStatus;
  /** Steps taken: two steps of one execution never have the same number. */
  readonly steps: number;
  readonly threads: ReadonlyMap<number, Thread>;
  /** Items of Map states that run, by the thread that waits for them. */
  readonly items: ReadonlyMap<number, Payload>;
  /** Outputs of branches and items that are done, by the thread that waits for them. */
  readonly results: ReadonlyMap<number, readonly (Payload | undefined)[]>;
  readonly nextThreadId: number;
  readonly nextEventId: number;
  /** Numbers tasks and wakes, so that a late answer is known to be late. */
  readonly nextTicket: number;
  /** When the execution must be over. */
  readonly deadline?: Wake | undefined;
  /** Of an execution that succeeded. */
  readonly output?: Payload | undefined;
  /** Of one that did not. */
  readonly failure?: Failure | undefined;
}

export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface Thread {
  readonly id: number;
  /** The thread that waits for this one; the root has none. */
  readonly parentId: number | undefined;
  /** Which branch, or which item, of the parent's state. */
  readonly index: number;
  readonly stateName: string;
  /** The raw input of the state. */
  readonly input: Payload;
  /** Assigned in this scope; those of the scopes around it are read through the parents. */
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredMs: number;
  /** The last event of this thread: the next one follows it. */
  readonly lastEventId: number;
  /** Retries so far, by retrier. */
  readonly retries: readonly number[];
  readonly phase: Phase;
}

export type Phase =
  /** The state is to be entered. */
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly wake: Wake }
  | { readonly kind: "retrying"; readonly wake: Wake }
  | WorkingPhase
  | JoiningPhase
  | MapRunPhase
  /** Its map run failed in a way that a redrive can mend. */
  | { readonly kind: "map-run-failed"; readonly mapRun: RedrivableMapRun }
  /** The execution ended with this thread on its way; a redrive begins here, or with the map run. */
  | { readonly kind: "stopped"; readonly mapRun?: RedrivableMapRun | undefined };

/** A map run that can go on with the executions that did not succeed. */
export interface RedrivableMapRun {
  readonly arn: string;
  /** How often that was done. */
  readonly redrives: number;
}

/** Something that happens at a time unless it is called off. */
export interface Wake {
  readonly ticket: number;
  readonly atMs: number;
}

export interface WorkingPhase {
  readonly kind: "working";
  readonly ticket: number;
  readonly scheduledMs: number;
  /** Makes the task's token one that cannot be guessed. */
  readonly secret: string;
  readonly timeout: Wake | undefined;
  readonly heartbeat: Wake | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The first answer, as JSON, of a task whose last answer comes later. */
  readonly submitted: string | undefined;
}

/** A Parallel or Map state waits for its threads. */
export interface JoiningPhase {
  readonly kind: "joining";
  readonly startedEventId: number;
  readonly total: number;
  readonly done: number;
  /** The next item to be started; with a Parallel, all have been. */
  readonly next: number;
  readonly concurrency: number;
}

/** A Map state waits for the executions of its items. */
export interface MapRunPhase {
  readonly kind: "map-run";
  readonly ticket: number;
  readonly mapRunArn: string;
  readonly redrives: number;
}

/** What happens to an execution. */
export type StepEvent =
  | { readonly kind: "start" }
  /** Go on where the last step stopped because it had done enough. */
  | { readonly kind: "continue" }
  | { readonly kind: "wake"; readonly threadId: number; readonly ticket: number }
  | { readonly kind: "deadline"; readonly ticket: number }
  | (TaskReference & {
      readonly kind: "activity-started";
      readonly workerName?: string | undefined;
    })
  | (TaskReference & { readonly kind: "task-submitted"; readonly output: Payload })
  | (TaskReference & { readonly kind: "task-heartbeat" })
  | (TaskReference & { readonly kind: "task-succeeded"; readonly output: Payload })
  | (TaskReference & { readonly kind: "task-failed"; readonly failure: Failure })
  | (TaskReference & {
      readonly kind: "map-run-ended";
      readonly result: { readonly output: Payload } | { readonly failure: Failure };
    })
  /** Of `TestState`: what a Parallel or Map state waits for is given. */
  | {
      readonly kind: "mocked";
      readonly threadId: number;
      readonly result: { readonly output: Payload } | { readonly failure: Failure };
    }
  | { readonly kind: "abort"; readonly failure: Failure }
  | { readonly kind: "redrive" };

export interface TaskReference {
  readonly threadId: number;
  readonly ticket: number;
}

/** What is to be done in the world because of a step. */
export type Effect =
  | TaskEffect
  | {
      readonly kind: "cancel-task";
      readonly threadId: number;
      readonly phase: WorkingPhase;
      readonly resource: Resource;
    }
  | MapRunEffect
  | { readonly kind: "cancel-map-run"; readonly mapRunArn: string }
  | (TaskReference & { readonly kind: "redrive-map-run"; readonly mapRunArn: string })
  | { readonly kind: "wake"; readonly threadId: number; readonly wake: Wake }
  | { readonly kind: "cancel-wake"; readonly threadId: number; readonly wake: Wake }
  | { readonly kind: "deadline"; readonly wake: Wake }
  | { readonly kind: "cancel-deadline"; readonly wake: Wake }
  /** There is more to do at once. */
  | { readonly kind: "continue" };

export interface TaskEffect extends TaskReference {
  readonly kind: "task";
  readonly scheduledMs: number;
  readonly resource: Resource;
  readonly input: Payload;
  readonly secret: string;
  readonly credentials: JsonObject | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** Executions are to run for the items of a Map state. */
export interface MapRunEffect extends TaskReference {
  readonly kind: "map-run";
  readonly mapRunArn: string;
  readonly stateName: string;
  readonly settings: MapRunSettings;
}

/** What a Map state says of its run, evaluated. */
export interface MapRunSettings {
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly label: string;
  /** JSON; `undefined` when the items are read from S3. */
  readonly items: string | undefined;
  readonly reader: ObjectSettings | undefined;
  readonly writer: ObjectSettings | undefined;
  readonly batch: BatchSettings | undefined;
  /** 0: as many at once as can be. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
}

export interface ObjectSettings {
  readonly resource: string;
  readonly config: JsonObject;
  readonly parameters: JsonObject;
}

export interface BatchSettings {
  /** JSON. */
  readonly input: string | undefined;
  readonly itemsMax: number | undefined;
  readonly bytesMax: number | undefined;
}

export interface Step {
  readonly state: ExecutionState;
  readonly changes: Changes;
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
}

/** What differs from the state before, so that nothing else needs to be written. */
export interface Changes {
  /** Threads that are new, changed or gone. */
  readonly threads: ReadonlySet<number>;
  readonly items: ReadonlySet<number>;
  readonly results: readonly { readonly threadId: number; readonly index: number }[];
  /** Threads whose items and results are no longer wanted. */
  readonly cleared: ReadonlySet<number>;
}
