/** What the operations of EventBridge get besides the request. */
import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation } from "../service.ts";
import type { Delivery } from "./delivery.ts";

export interface EventsPorts extends CorePorts {
  readonly sinks: Sinks;
  readonly delivery: Delivery;
}

export type EventsOperation<O extends OperationName<"events">> = Operation<
  EventsPorts,
  "events",
  O
>;
