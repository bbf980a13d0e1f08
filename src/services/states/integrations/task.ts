/** A task that is to be done, and how it ends: what every integration takes and gives. */
import type { Json } from "../../../languages/asl/data/scope.ts";
import type { Integration } from "../../../languages/asl/resource.ts";
import type { ExecutionInfo, Failure } from "../../../languages/asl/run/execution.ts";
import type { Caller, Dispatcher } from "../../../outbox/dispatcher.ts";
import type { Endpoints, HttpApis } from "../../../outbox/endpoints.ts";
import type { OperationCatalog } from "../../../outbox/operation-catalog.ts";
import type { Random } from "../../../platform/random.ts";

export interface IntegrationPorts {
  readonly dispatcher: Dispatcher;
  readonly catalog: OperationCatalog;
  readonly random: Random;
  /** For `http:invoke`. */
  readonly endpoints: Endpoints;
  /** For `apigateway:invoke`. */
  readonly apis: HttpApis;
}

export interface Task {
  readonly resource: Integration;
  readonly input: Json;
  readonly caller: Caller;
  readonly execution: Pick<ExecutionInfo, "arn" | "machineArn">;
}

export type TaskOutcome =
  | { readonly kind: "succeeded"; readonly output: Json }
  | { readonly kind: "failed"; readonly failure: Failure };

export function taskFailure(error: string, cause: string): TaskOutcome {
  return { kind: "failed", failure: { error, cause } };
}

/** A task whose input nothing can be done with: an error of the definition, which nothing catches. */
export function unusableInput(input: Json, problems: readonly string[]): TaskOutcome {
  return taskFailure(
    "States.Runtime",
    `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: ` +
      `[${problems.join(", ")}]`,
  );
}
