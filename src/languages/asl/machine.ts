/**
 * A state machine, as the interpreter wants it: every state of the definition by its name, those of
 * branches and item processors too, because a name is unique in the whole definition.
 * Source: https://states-language.net/spec.html
 */
import type { Json, JsonObject } from "./data/scope.ts";
import type { Resource } from "./resource.ts";

export type QueryLanguage = "JSONPath" | "JSONata";

export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutSeconds: number | undefined;
  readonly comment: string | undefined;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** A field with a literal form and a form that is a path (JSONPath) or an expression (JSONata). */
export interface Computed {
  readonly value?: Json;
  readonly path?: string;
}

/** What every state has. In JSONPath an absent path is `$`; `null` stands for `{}`. */
export interface StateBase {
  readonly name: string;
  readonly queryLanguage: QueryLanguage;
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  /** JSONata; `undefined` when the state has none. */
  readonly output: Json | undefined;
  readonly assign: Json | undefined;
  /** The state that follows; `undefined` when this one ends its machine, or chooses. */
  readonly next: string | undefined;
}

export interface PassState extends StateBase {
  readonly type: "Pass";
  readonly parameters: Json | undefined;
  readonly result: Json | undefined;
  readonly resultPath: string | null;
}

export interface TaskState extends StateBase, ResultShape, ErrorHandlers {
  readonly type: "Task";
  readonly resource: Resource;
  readonly timeoutSeconds: Computed | undefined;
  readonly heartbeatSeconds: Computed | undefined;
  readonly credentials: Json | undefined;
}

export interface ChoiceState extends StateBase {
  readonly type: "Choice";
  readonly choices: readonly Choice[];
  readonly defaultNext: string | undefined;
}

export interface Choice {
  /** As in the definition: `Variable` and its operator, `And`, `Or`, `Not`, or a `Condition`. */
  readonly rule: Json;
  readonly next: string;
  readonly assign: Json | undefined;
  readonly output: Json | undefined;
}

export interface WaitState extends StateBase {
  readonly type: "Wait";
  readonly seconds: Computed | undefined;
  readonly timestamp: Computed | undefined;
}

export interface SucceedState extends StateBase {
  readonly type: "Succeed";
}

export interface FailState extends StateBase {
  readonly type: "Fail";
  readonly error: Computed | undefined;
  readonly cause: Computed | undefined;
}

export interface ParallelState extends StateBase, ResultShape, ErrorHandlers {
  readonly type: "Parallel";
  readonly branches: readonly Branch[];
}

export interface MapState extends StateBase, ResultShape, ErrorHandlers {
  readonly type: "Map";
  readonly processor: Branch;
  /** JSONPath: a path to the array; JSONata: an array or an expression. */
  readonly items: Computed | undefined;
  readonly itemSelector: Json | undefined;
  readonly maxConcurrency: Computed | undefined;
  readonly toleratedFailureCount: Computed | undefined;
  readonly toleratedFailurePercentage: Computed | undefined;
  /** Items that run as executions of their own. */
  readonly distributed: DistributedMap | undefined;
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
export interface DistributedMap {
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly label: string;
  readonly reader: ObjectAccess | undefined;
  readonly batcher: Batcher | undefined;
  readonly writer: ObjectAccess | undefined;
}

/** Reading items from S3, or writing results to it. */
export interface ObjectAccess {
  readonly resource: string;
  readonly config: JsonObject;
  /** `Parameters` or, in JSONata, `Arguments`. */
  readonly parameters: Json | undefined;
}

export interface Batcher {
  readonly batchInput: Json | undefined;
  readonly maxItems: Computed | undefined;
  readonly maxBytes: Computed | undefined;
}

export interface Branch {
  readonly startAt: string;
}

/** From what a state gives its work to what becomes of the result. */
export interface ResultShape {
  /** `Parameters` or, in JSONata, `Arguments`. */
  readonly parameters: Json | undefined;
  readonly resultSelector: Json | undefined;
  readonly resultPath: string | null;
}

export interface ErrorHandlers {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly hasJitter: boolean;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  readonly resultPath: string | null;
  readonly assign: Json | undefined;
  readonly output: Json | undefined;
}
