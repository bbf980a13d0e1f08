import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation } from "../service.ts";

/** The rules that feed discoverers are EventBridge's, and made by its operations. */
export interface SchemasPorts extends CorePorts {
  readonly dispatcher: Dispatcher;
}

export type SchemasOperation<O extends OperationName<"schemas">> = Operation<
  SchemasPorts,
  "schemas",
  O
>;
