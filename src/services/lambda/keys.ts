/**
 * The key layout of Lambda.
 *
 * | key                                                    | value                              |
 * |--------------------------------------------------------|------------------------------------|
 * | lambda function, region, account, name                 | `LambdaFunction`: `$LATEST`        |
 * | lambda version, region, account, name, number          | `LambdaFunction`: as published     |
 * | lambda alias, region, account, name, alias             | `Alias`                            |
 * | lambda policy, region, account, name[, qualifier]      | `FunctionPolicy`                   |
 * | lambda event-invoke, region, account, name[, qualifier] | `EventInvokeConfig`; of `$LATEST` without a qualifier |
 * | lambda provisioned, region, account, name, qualifier   | `Provisioned`                      |
 * | lambda url, region, account, name, alias or empty      | `FunctionUrl`                      |
 * | lambda url-id, url id                                  | whose URL that is                  |
 * | lambda reserved, region, account                       | what functions take from the pool that others share |
 * | lambda mapping, region, account, uuid                  | `Mapping`                          |
 * | lambda layer, region, account, name                    | `Layer`                            |
 * | lambda layer-version, region, account, name, number    | `LayerVersion`                     |
 * | lambda layer-policy, region, account, name, number     | `FunctionPolicy`                   |
 * | lambda code-signing, region, account, id               | `CodeSigningConfig`                |
 * | lambda package, hash                                   | how many functions, versions and layers have it |
 *
 * Asynchronous invocations are jobs of the outbox (`src/outbox/job.ts`) of the kind
 * `lambda.invoke`, in the lane of their function's ARN.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { Alias } from "./alias.ts";
import type { CodeSigningConfig } from "./code-signing.ts";
import type { EventInvokeConfig } from "./event-invoke-config.ts";
import type { LambdaFunction } from "./function.ts";
import { type FunctionId, type FunctionReference, LATEST } from "./function-name.ts";
import type { FunctionUrl } from "./function-url.ts";
import type { Layer, LayerVersion } from "./layer.ts";
import type { Mapping } from "./mapping.ts";
import type { FunctionPolicy } from "./policy.ts";
import type { Provisioned } from "./provisioned-concurrency.ts";

export const functions: Collection<LambdaFunction> = rememberingCollection("lambda", "function");
export const versions: Collection<LambdaFunction> = rememberingCollection("lambda", "version");
export const aliases: Collection<Alias> = rememberingCollection("lambda", "alias");
export const policies: Collection<FunctionPolicy> = collection("lambda", "policy");
export const eventInvokeConfigs: Collection<EventInvokeConfig> = collection(
  "lambda",
  "event-invoke",
);
export const provisioned: Collection<Provisioned> = collection("lambda", "provisioned");
export const urls: Collection<FunctionUrl> = collection("lambda", "url");
export const urlIds: Collection<FunctionReference> = rememberingCollection("lambda", "url-id");
export const reservedTotals: Collection<number> = collection("lambda", "reserved");
export const mappings: Collection<Mapping> = collection("lambda", "mapping");
export const layers: Collection<Layer> = collection("lambda", "layer");
export const layerVersions: Collection<LayerVersion> = collection("lambda", "layer-version");
export const layerPolicies: Collection<FunctionPolicy> = collection("lambda", "layer-policy");
export const codeSigningConfigs: Collection<CodeSigningConfig> = collection(
  "lambda",
  "code-signing",
);
export const packageUses: Collection<number> = collection("lambda", "package");

export function functionKey({ region, accountId, name }: FunctionId): Key {
  return [region, accountId, name];
}

/** Of what a function, a version and an alias each have for themselves. */
export function qualifiedKey(reference: FunctionReference): Key {
  const { qualifier } = reference;
  const key = functionKey(reference);
  return qualifier === undefined || qualifier === LATEST ? key : [...key, qualifier];
}
