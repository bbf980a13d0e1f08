/**
 * The key layout of Lambda.
 *
 * | key                                               | value                                  |
 * |---------------------------------------------------|----------------------------------------|
 * | lambda function, region, account, name            | `LambdaFunction`                       |
 * | lambda policy, region, account, name              | `FunctionPolicy`                       |
 * | lambda event-invoke, region, account, name        | `EventInvokeConfig`                    |
 * | lambda reserved, region, account                  | what all functions reserve, in all     |
 * | lambda mapping, region, account, uuid             | `Mapping`                              |
 *
 * Asynchronous invocations are jobs of the outbox (`src/outbox/job.ts`) of the kind
 * `lambda.invoke`, in the lane of their function's ARN.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { EventInvokeConfig } from "./event-invoke-config.ts";
import type { LambdaFunction } from "./function.ts";
import type { FunctionId } from "./function-name.ts";
import type { Mapping } from "./mapping.ts";
import type { FunctionPolicy } from "./policy.ts";

export const functions: Collection<LambdaFunction> = rememberingCollection("lambda", "function");
export const policies: Collection<FunctionPolicy> = collection("lambda", "policy");
export const eventInvokeConfigs: Collection<EventInvokeConfig> = collection(
  "lambda",
  "event-invoke",
);
export const reservedTotals: Collection<number> = collection("lambda", "reserved");
export const mappings: Collection<Mapping> = collection("lambda", "mapping");

export function functionKey({ region, accountId, name }: FunctionId): Key {
  return [region, accountId, name];
}
