/** Which resources of Tasks can be used here: the one answer for definitions and for tasks. */
import type { Integration, Pattern, Resource } from "../../../languages/asl/resource.ts";
import type { OperationCatalog } from "../../../outbox/operation-catalog.ts";
import { loadModel } from "../../../wire/models.ts";
import { operationOfSdkName, serviceOfSdkName } from "../../../wire/sdk-input.ts";
import type { MachineType } from "../machine-record.ts";
import type { OperationTarget } from "./operation-call.ts";
import { OPTIMIZED } from "./optimized.ts";

/** Why a resource cannot be used: AWS refuses it too, or Millrace does not have it. */
export type Refusal =
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "unsupported"; readonly feature: string };

const START_EXECUTION = "states:startExecution";
/** Integrations with code of their own, and the patterns they have. */
const INVOCATIONS: Readonly<Record<string, readonly Pattern[]>> = {
  "apigateway:invoke": ["requestResponse", "waitForTaskToken"],
  "http:invoke": ["requestResponse"],
  "lambda:invoke": ["requestResponse", "waitForTaskToken"],
};

/** Services of AWS whose optimized integrations are not here. */
const OTHER_SERVICES = new Set([
  ...["athena", "batch", "bedrock", "codebuild", "databrew", "ecs", "eks"],
  ...["elasticmapreduce", "emr-containers", "emr-serverless", "glue", "mediaconvert"],
  ...["sagemaker"],
]);

export function refusalOf(
  resource: Resource,
  options: { readonly catalog: OperationCatalog; readonly type: MachineType },
): Refusal | undefined {
  if (options.type === "EXPRESS" && (resource.kind === "activity" || waits(resource))) {
    return {
      kind: "invalid",
      message: `Express state machine does not support the resource ${resource.arn}`,
    };
  }
  return resource.kind === "integration"
    ? integrationRefusal(resource, options.catalog)
    : undefined;
}

function waits(resource: Resource): boolean {
  return resource.kind === "integration" && resource.pattern !== "requestResponse";
}

function integrationRefusal(resource: Integration, catalog: OperationCatalog): Refusal | undefined {
  const name = `${resource.service}:${resource.action}`;
  if (resource.isSdk) {
    return sdkRefusal(resource, catalog);
  }
  if (name === START_EXECUTION) {
    return undefined;
  }
  const patterns = Object.hasOwn(OPTIMIZED, name) ? OPTIMIZED[name]?.patterns : INVOCATIONS[name];
  if (patterns !== undefined) {
    return patterns.includes(resource.pattern) ? undefined : unknown(resource);
  }
  return OTHER_SERVICES.has(resource.service) ? unsupported(resource) : unknown(resource);
}

/** No SDK integration waits for a job; of services the engine has a model of, all operations are known. */
function sdkRefusal(resource: Integration, catalog: OperationCatalog): Refusal | undefined {
  const service = serviceOfSdkName(resource.service);
  const isKnown =
    service === undefined || operationOfSdkName(loadModel(service), resource.action) !== undefined;
  if (resource.pattern === "sync" || !isKnown) {
    return unknown(resource);
  }
  return sdkTarget(resource, catalog) === undefined ? unsupported(resource) : undefined;
}

function unsupported({ arn }: Integration): Refusal {
  return { kind: "unsupported", feature: `the resource ${arn}` };
}

function unknown({ arn }: Integration): Refusal {
  const message =
    `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or ` +
    "the resource is not available in this region.";
  return { kind: "invalid", message };
}

/** `undefined` for a service, or an operation, that the engine does not have. */
export function sdkTarget(
  resource: Integration,
  catalog: OperationCatalog,
): OperationTarget | undefined {
  const service = serviceOfSdkName(resource.service);
  const operation = service && operationOfSdkName(loadModel(service), resource.action);
  return service && operation && catalog.supports(service, operation)
    ? { service, operation }
    : undefined;
}
