/**
 * The fields of each type of state, and what their values are.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html
 */
import type { QueryLanguage } from "./machine.ts";

export type FieldKind =
  | "any"
  | "array"
  | "boolean"
  /** A whole number above 0; in JSONata also an expression. */
  | "count"
  | "integer"
  | "number"
  | "object"
  /** A JSONPath, or null for the empty object. */
  | "nullablePath"
  | "path"
  /** A path that names one place. */
  | "referencePath"
  /** A path, or an intrinsic function. */
  | "computedPath"
  /** A path to one place that is written to, or null. */
  | "resultPath"
  | "string"
  /** Text; in JSONata also an expression. */
  | "text"
  /** A payload template (JSONPath) or a value with expressions (JSONata). */
  | "template"
  | "timestamp";

export interface Field {
  readonly kind: FieldKind;
  /** The one language that has the field. */
  readonly only?: QueryLanguage;
}

export type Fields = Readonly<Record<string, Field>>;

const jsonPath = (kind: FieldKind): Field => ({ kind, only: "JSONPath" });
const jsonata = (kind: FieldKind): Field => ({ kind, only: "JSONata" });

const EVERY: Fields = {
  Type: { kind: "string" },
  Comment: { kind: "string" },
  QueryLanguage: { kind: "any" },
};
const IN_AND_OUT: Fields = {
  InputPath: jsonPath("nullablePath"),
  OutputPath: jsonPath("nullablePath"),
  Output: jsonata("template"),
};
const ASSIGN: Fields = { Assign: { kind: "template" } };
const TRANSITION: Fields = { Next: { kind: "string" }, End: { kind: "boolean" } };
const RESULT: Fields = {
  ResultSelector: jsonPath("template"),
  ResultPath: jsonPath("resultPath"),
};
const HANDLERS: Fields = { Retry: { kind: "array" }, Catch: { kind: "array" } };

export const STATE_FIELDS: Readonly<Record<string, Fields>> = {
  Pass: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    ...TRANSITION,
    Parameters: jsonPath("template"),
    Result: jsonPath("any"),
    ResultPath: jsonPath("resultPath"),
  },
  Task: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    ...TRANSITION,
    ...RESULT,
    ...HANDLERS,
    Resource: { kind: "string" },
    Parameters: jsonPath("template"),
    Arguments: jsonata("template"),
    TimeoutSeconds: { kind: "count" },
    TimeoutSecondsPath: jsonPath("referencePath"),
    HeartbeatSeconds: { kind: "count" },
    HeartbeatSecondsPath: jsonPath("referencePath"),
    Credentials: { kind: "object" },
  },
  Choice: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    Choices: { kind: "array" },
    Default: { kind: "string" },
  },
  Wait: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    ...TRANSITION,
    Seconds: { kind: "integer" },
    SecondsPath: jsonPath("referencePath"),
    Timestamp: { kind: "timestamp" },
    TimestampPath: jsonPath("referencePath"),
  },
  Succeed: { ...EVERY, ...IN_AND_OUT },
  Fail: {
    ...EVERY,
    Error: { kind: "text" },
    ErrorPath: jsonPath("computedPath"),
    Cause: { kind: "text" },
    CausePath: jsonPath("computedPath"),
  },
  Parallel: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    ...TRANSITION,
    ...RESULT,
    ...HANDLERS,
    Branches: { kind: "array" },
    Parameters: jsonPath("template"),
    Arguments: jsonata("template"),
  },
  Map: {
    ...EVERY,
    ...IN_AND_OUT,
    ...ASSIGN,
    ...TRANSITION,
    ...RESULT,
    ...HANDLERS,
    ItemProcessor: { kind: "object" },
    Iterator: { kind: "object" },
    ItemsPath: jsonPath("referencePath"),
    Items: jsonata("any"),
    ItemSelector: { kind: "template" },
    Parameters: jsonPath("template"),
    MaxConcurrency: { kind: "integer" },
    MaxConcurrencyPath: jsonPath("referencePath"),
    ItemReader: { kind: "object" },
    ItemBatcher: { kind: "object" },
    ResultWriter: { kind: "object" },
    ToleratedFailureCount: { kind: "integer" },
    ToleratedFailureCountPath: jsonPath("referencePath"),
    ToleratedFailurePercentage: { kind: "number" },
    ToleratedFailurePercentagePath: jsonPath("referencePath"),
    Label: { kind: "string" },
  },
};

export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ["Resource"],
  Choice: ["Choices"],
  Parallel: ["Branches"],
};

/** Of which a state has at most one, or exactly one. */
export const EXCLUSIVE_FIELDS: Readonly<
  Record<string, readonly { readonly fields: readonly string[]; readonly isRequired?: true }[]>
> = {
  Task: [
    { fields: ["TimeoutSeconds", "TimeoutSecondsPath"] },
    { fields: ["HeartbeatSeconds", "HeartbeatSecondsPath"] },
  ],
  Wait: [{ fields: ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], isRequired: true }],
  Fail: [{ fields: ["Error", "ErrorPath"] }, { fields: ["Cause", "CausePath"] }],
  Map: [
    { fields: ["ItemProcessor", "Iterator"], isRequired: true },
    { fields: ["ItemSelector", "Parameters"] },
    { fields: ["MaxConcurrency", "MaxConcurrencyPath"] },
    { fields: ["ToleratedFailureCount", "ToleratedFailureCountPath"] },
    { fields: ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"] },
  ],
};

export const MACHINE_FIELDS: Fields = {
  Comment: { kind: "string" },
  StartAt: { kind: "string" },
  States: { kind: "object" },
  Version: { kind: "string" },
  TimeoutSeconds: { kind: "count" },
  QueryLanguage: { kind: "any" },
};

export const BRANCH_FIELDS: Fields = {
  Comment: { kind: "string" },
  StartAt: { kind: "string" },
  States: { kind: "object" },
};

export const PROCESSOR_FIELDS: Fields = { ...BRANCH_FIELDS, ProcessorConfig: { kind: "object" } };

/** Where items come from, and where results go: the two have the form of a Task. */
const OBJECT_ACCESS: Fields = {
  Resource: { kind: "string" },
  Parameters: jsonPath("template"),
  Arguments: jsonata("template"),
};

/**
 * Of the parts of a distributed Map, each with the parts it has in turn.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html,
 * .../input-output-itembatcher.html and .../input-output-resultwriter.html
 */
export const MAP_PARTS: Readonly<Record<string, Fields>> = {
  ItemReader: { ...OBJECT_ACCESS, ReaderConfig: { kind: "object" } },
  "ItemReader/ReaderConfig": {
    InputType: { kind: "string" },
    Transformation: { kind: "string" },
    ManifestType: { kind: "string" },
    CSVDelimiter: { kind: "string" },
    CSVHeaderLocation: { kind: "string" },
    CSVHeaders: { kind: "array" },
    ItemsPointer: { kind: "string" },
    MaxItems: { kind: "integer" },
    MaxItemsPath: jsonPath("referencePath"),
  },
  ItemBatcher: {
    BatchInput: { kind: "template" },
    MaxItemsPerBatch: { kind: "count" },
    MaxItemsPerBatchPath: jsonPath("referencePath"),
    MaxInputBytesPerBatch: { kind: "count" },
    MaxInputBytesPerBatchPath: jsonPath("referencePath"),
  },
  ResultWriter: { ...OBJECT_ACCESS, WriterConfig: { kind: "object" } },
  "ResultWriter/WriterConfig": {
    OutputType: { kind: "string" },
    Transformation: { kind: "string" },
  },
};

export const RETRIER_FIELDS: Fields = {
  ErrorEquals: { kind: "array" },
  IntervalSeconds: { kind: "integer" },
  MaxAttempts: { kind: "integer" },
  BackoffRate: { kind: "number" },
  MaxDelaySeconds: { kind: "integer" },
  JitterStrategy: { kind: "string" },
  Comment: { kind: "string" },
};

export const CATCHER_FIELDS: Fields = {
  ErrorEquals: { kind: "array" },
  Next: { kind: "string" },
  ResultPath: jsonPath("resultPath"),
  Output: jsonata("template"),
  Assign: { kind: "template" },
  Comment: { kind: "string" },
};
