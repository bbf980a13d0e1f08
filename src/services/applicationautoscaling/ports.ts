import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { CorePorts, RequestContext } from "../service.ts";

export interface AutoScalingPorts extends CorePorts {
  /** What is scaled is changed by its own public operations. */
  readonly dispatcher: Dispatcher;
}

export type AutoScalingContext = RequestContext & AutoScalingPorts;
