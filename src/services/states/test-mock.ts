/**
 * What `TestState` is given in the place of a state's work: whether it can be that.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html and
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestStateConfiguration.html
 */
import { isArray, isObject, type Json } from "../../languages/asl/data/scope.ts";
import type { State, TaskState } from "../../languages/asl/machine.ts";
import type { Integration } from "../../languages/asl/resource.ts";
import type { Failure } from "../../languages/asl/run/execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import { loadModel } from "../../wire/models.ts";
import type { Input } from "../../wire/operations.ts";
import { validationException } from "./errors.ts";
import { type MockValidation, shapeProblems } from "./integrations/mock-shape.ts";
import type { OperationTarget } from "./integrations/operation-call.ts";
import { OPTIMIZED } from "./integrations/optimized.ts";
import { sdkTarget } from "./integrations/supported.ts";

type Request = Input<"states", "TestState">;

export type MockResult = { readonly output: Payload } | { readonly failure: Failure };

const MOCKABLE = ["Task", "Map", "Parallel"];

/** Throws `ValidationException` for a mock that cannot be one of the state. */
export function mockOf(
  { mock, stateConfiguration }: Request,
  state: State,
  catalog: OperationCatalog,
): MockResult | undefined {
  const causedBy = stateConfiguration?.errorCausedByState;
  if (causedBy !== undefined && mock?.errorOutput === undefined) {
    throw validationException("errorCausedByState can only be specified with mock.errorOutput");
  }
  if (mock === undefined) {
    return undefined;
  }
  if (!MOCKABLE.includes(state.type)) {
    throw validationException(
      `A mock can only be specified for Task, Map, or Parallel states, not for ${state.type} states`,
    );
  }
  const { result, errorOutput, fieldValidationMode: mode = "STRICT" } = mock;
  if ((result === undefined) === (errorOutput === undefined)) {
    throw validationException("A mock must have exactly one of result and errorOutput");
  }
  if (errorOutput !== undefined) {
    const { error, cause } = errorOutput;
    return { failure: { error, cause } };
  }
  const value = jsonOf(result ?? "", "mock.result");
  const problems =
    mode === "NONE" ? [] : problemsOf(state, catalog, { value, mode: mode as MockValidation });
  if (problems.length > 0) {
    throw validationException(`The mock result is not valid: ${problems.join("; ")}`);
  }
  return { output: Payload.ofText(result ?? "") };
}

export function jsonOf(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "not JSON";
    throw validationException(`${name} must be valid JSON: ${reason}`);
  }
}

interface Mocked {
  readonly value: Json;
  readonly mode: MockValidation;
}

function problemsOf(state: State, catalog: OperationCatalog, mocked: Mocked): readonly string[] {
  const { value } = mocked;
  switch (state.type) {
    case "Map":
      if ((state.distributed?.writer?.resource ?? "") !== "") {
        return isObject(value) ? [] : ["with a ResultWriter, it must be an object"];
      }
      return isArray(value) ? [] : ["it must be an array"];
    case "Parallel": {
      const { length } = state.branches;
      return isArray(value) && value.length === length
        ? []
        : [`it must be an array of ${length} elements, one for each branch`];
    }
    case "Task":
      return taskProblems(state, catalog, mocked);
    default:
      return [];
  }
}

function taskProblems(
  { resource }: TaskState,
  catalog: OperationCatalog,
  mocked: Mocked,
): readonly string[] {
  const target = resource.kind === "integration" ? answeredBy(resource, catalog) : undefined;
  return target === undefined
    ? []
    : shapeProblems(loadModel(target.service), target.operation, mocked);
}

/**
 * The operation whose answer is the task's. A function, a worker, and whoever has a task token answer
 * what they like; what HTTP endpoints answer has no model.
 */
function answeredBy(resource: Integration, catalog: OperationCatalog): OperationTarget | undefined {
  if (resource.pattern === "waitForTaskToken") {
    return undefined;
  }
  if (resource.isSdk) {
    return sdkTarget(resource, catalog);
  }
  switch (resource.service) {
    case "apigateway":
    case "http":
      return undefined;
    case "lambda":
      // The payload of an invocation is JSON in a workflow, and bytes in the model.
      return undefined;
    case "states":
      // What `.sync:2` gives has its input and output as JSON, which the model does not know.
      return resource.pattern === "sync"
        ? undefined
        : { service: "states", operation: "StartExecution" };
    default:
      return OPTIMIZED[`${resource.service}:${resource.action}`];
  }
}
