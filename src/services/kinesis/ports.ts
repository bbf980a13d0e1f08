import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { ShardMeter } from "./shard-meter.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { TransitionDelay } from "./transition.ts";

export interface KinesisPorts extends CorePorts {
  readonly meter: ShardMeter;
  readonly transitions: TransitionDelay;
  readonly subscriptions: Subscriptions;
}

export type KinesisContext = RequestContext & KinesisPorts;
export type KinesisOperation<O extends OperationName<"kinesis">> = Operation<
  KinesisPorts,
  "kinesis",
  O
>;
