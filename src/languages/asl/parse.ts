/** A valid definition as a `Machine`. What `validate.ts` refuses must not come here. */
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import type {
  Branch,
  Catcher,
  Choice,
  Computed,
  DistributedMap,
  ErrorHandlers,
  Machine,
  ObjectAccess,
  QueryLanguage,
  ResultShape,
  Retrier,
  State,
  StateBase,
} from "./machine.ts";
import { parseResource } from "./resource.ts";

export function parseMachine(definition: JsonObject): Machine {
  const states = new Map<string, State>();
  const language = definition.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath";
  const branchOf = (machine: JsonObject): Branch => {
    for (const [name, state] of Object.entries(objectOf(machine.States))) {
      states.set(name, stateOf(name, objectOf(state), language, branchOf));
    }
    return { startAt: textOf(machine.StartAt) ?? "" };
  };
  const { startAt } = branchOf(definition);
  const { TimeoutSeconds: timeoutSeconds } = definition;
  return {
    startAt,
    states,
    timeoutSeconds: typeof timeoutSeconds === "number" ? timeoutSeconds : undefined,
    comment: textOf(definition.Comment),
  };
}

type BranchOf = (machine: JsonObject) => Branch;

function stateOf(
  name: string,
  state: JsonObject,
  inherited: QueryLanguage,
  branchOf: BranchOf,
): State {
  const base = baseOf(name, state, inherited);
  switch (state.Type) {
    case "Task":
      return taskOf(base, state);
    case "Choice":
      return {
        ...base,
        type: "Choice",
        choices: listOf(state.Choices).map((choice) => choiceOf(objectOf(choice))),
        defaultNext: textOf(state.Default),
      };
    case "Wait":
      return {
        ...base,
        type: "Wait",
        seconds: computed(state, "Seconds"),
        timestamp: computed(state, "Timestamp"),
      };
    case "Succeed":
      return { ...base, type: "Succeed" };
    case "Fail":
      return {
        ...base,
        type: "Fail",
        error: computed(state, "Error"),
        cause: computed(state, "Cause"),
      };
    case "Parallel":
      return {
        ...base,
        ...resultShape(state),
        ...handlers(state),
        type: "Parallel",
        branches: listOf(state.Branches).map((branch) => branchOf(objectOf(branch))),
      };
    case "Map":
      return mapOf(base, state, branchOf);
    default:
      return {
        ...base,
        type: "Pass",
        parameters: state.Parameters,
        result: state.Result,
        resultPath: pathOf(state.ResultPath),
      };
  }
}

function baseOf(name: string, state: JsonObject, inherited: QueryLanguage): StateBase {
  const { QueryLanguage: own } = state;
  return {
    name,
    queryLanguage: own === "JSONata" || own === "JSONPath" ? own : inherited,
    inputPath: pathOf(state.InputPath),
    outputPath: pathOf(state.OutputPath),
    output: state.Output,
    assign: state.Assign,
    next: textOf(state.Next),
  };
}

function taskOf(base: StateBase, state: JsonObject): State {
  const resource = parseResource(textOf(state.Resource) ?? "");
  if (resource === undefined) {
    throw new Error(`the state ${base.name} has no resource`);
  }
  return {
    ...base,
    ...resultShape(state),
    ...handlers(state),
    type: "Task",
    resource,
    timeoutSeconds: computed(state, "TimeoutSeconds"),
    heartbeatSeconds: computed(state, "HeartbeatSeconds"),
    credentials: state.Credentials,
  };
}

function mapOf(base: StateBase, state: JsonObject, branchOf: BranchOf): State {
  const { Items: items, ItemsPath: itemsPath } = state;
  return {
    ...base,
    ...resultShape(state),
    ...handlers(state),
    type: "Map",
    processor: branchOf(objectOf(state.ItemProcessor ?? state.Iterator)),
    items:
      typeof itemsPath === "string"
        ? { path: itemsPath }
        : items === undefined
          ? undefined
          : { value: items },
    itemSelector: state.ItemSelector ?? state.Parameters,
    parameters: undefined,
    maxConcurrency: computed(state, "MaxConcurrency"),
    toleratedFailureCount: computed(state, "ToleratedFailureCount"),
    toleratedFailurePercentage: computed(state, "ToleratedFailurePercentage"),
    distributed: distributedOf(base.name, state),
  };
}

const LABEL_LENGTH_MAX = 40;

function distributedOf(name: string, state: JsonObject): DistributedMap | undefined {
  const config = objectOf(objectOf(state.ItemProcessor ?? state.Iterator).ProcessorConfig);
  if (config.Mode !== "DISTRIBUTED") {
    return undefined;
  }
  const { ItemBatcher: batcher } = state;
  const batches = objectOf(batcher);
  return {
    executionType: config.ExecutionType === "EXPRESS" ? "EXPRESS" : "STANDARD",
    label: textOf(state.Label) ?? name.replace(/[^\w-]/g, "").slice(0, LABEL_LENGTH_MAX),
    reader: accessOf(state.ItemReader, "ReaderConfig"),
    batcher:
      batcher === undefined
        ? undefined
        : {
            batchInput: batches.BatchInput,
            maxItems: computed(batches, "MaxItemsPerBatch"),
            maxBytes: computed(batches, "MaxInputBytesPerBatch"),
          },
    writer: accessOf(state.ResultWriter, "WriterConfig"),
  };
}

function accessOf(value: Json | undefined, configName: string): ObjectAccess | undefined {
  if (value === undefined) {
    return undefined;
  }
  const access = objectOf(value);
  return {
    resource: textOf(access.Resource) ?? "",
    config: objectOf(access[configName]),
    parameters: access.Parameters ?? access.Arguments,
  };
}

function choiceOf(choice: JsonObject): Choice {
  const { Next: next, Assign: assign, Output: output, ...rule } = choice;
  return { rule, next: textOf(next) ?? "", assign, output };
}

function resultShape(state: JsonObject): ResultShape {
  return {
    parameters: state.Parameters ?? state.Arguments,
    resultSelector: state.ResultSelector,
    resultPath: pathOf(state.ResultPath),
  };
}

function handlers(state: JsonObject): ErrorHandlers {
  return {
    retriers: listOf(state.Retry).map((retrier) => retrierOf(objectOf(retrier))),
    catchers: listOf(state.Catch).map((catcher) => catcherOf(objectOf(catcher))),
  };
}

/** Source of the defaults: https://states-language.net/spec.html#retrying-after-error */
function retrierOf(retrier: JsonObject): Retrier {
  return {
    errors: namesOf(retrier.ErrorEquals),
    intervalSeconds: numberOf(retrier.IntervalSeconds) ?? 1,
    maxAttempts: numberOf(retrier.MaxAttempts) ?? 3,
    backoffRate: numberOf(retrier.BackoffRate) ?? 2,
    maxDelaySeconds: numberOf(retrier.MaxDelaySeconds),
    hasJitter: retrier.JitterStrategy === "FULL",
  };
}

function catcherOf(catcher: JsonObject): Catcher {
  return {
    errors: namesOf(catcher.ErrorEquals),
    next: textOf(catcher.Next) ?? "",
    resultPath: pathOf(catcher.ResultPath),
    assign: catcher.Assign,
    output: catcher.Output,
  };
}

function computed(state: JsonObject, name: string): Computed | undefined {
  const path = state[`${name}Path`];
  if (typeof path === "string") {
    return { path };
  }
  const value = state[name];
  return value === undefined ? undefined : { value };
}

function pathOf(value: Json | undefined): string | null {
  return value === null ? null : (textOf(value) ?? "$");
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function namesOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((name) => typeof name === "string");
}

function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
