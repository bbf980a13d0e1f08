/** What Secrets Manager gets besides the request. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface SecretsManagerPorts extends CorePorts {
  /** For rotation functions. */
  readonly dispatcher: Dispatcher;
}

export type SecretsManagerContext = RequestContext & SecretsManagerPorts;
export type SecretsManagerOperation<O extends OperationName<"secretsmanager">> = Operation<
  SecretsManagerPorts,
  "secretsmanager",
  O
>;
