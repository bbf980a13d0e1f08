/**
 * Universal targets: any operation of the engine that changes something, named by an ARN like
 * `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`, with its request as the input.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { ServiceName } from "../../wire/model.ts";
import { loadModel } from "../../wire/models.ts";
import { operationOfSdkName, readSdkInput, serviceOfSdkName } from "../../wire/sdk-input.ts";
import { validationException } from "./errors.ts";

const PREFIX = "arn:aws:scheduler:::aws-sdk:";

/** What begins like this only reads, and AWS does not call it. */
const READ_ONLY =
  /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)/;

export interface UniversalTarget {
  readonly service: ServiceName;
  readonly operation: string;
}

export function isUniversal(targetArn: string): boolean {
  return targetArn.startsWith(PREFIX);
}

export function checkUniversal(
  catalog: OperationCatalog,
  target: { readonly Arn: string; readonly Input?: string | undefined },
  operation: string,
): void {
  const [service = "", api = ""] = target.Arn.slice(PREFIX.length).split(":");
  if (READ_ONLY.test(api)) {
    throw validationException(`${api} API is not supported`);
  }
  if (target.Input === undefined) {
    throw validationException("You must provide an input to set this target for your schedule");
  }
  const found = universalTarget(target.Arn);
  if (found === undefined || !catalog.supports(found.service, found.operation)) {
    throw notSupported(operation, `the universal target ${service}:${api}`);
  }
}

/** `undefined` for a service or an operation that no model has, and for a templated target. */
export function universalTarget(targetArn: string): UniversalTarget | undefined {
  if (!isUniversal(targetArn)) {
    return undefined;
  }
  const [sdkName = "", api = ""] = targetArn.slice(PREFIX.length).split(":");
  const service = serviceOfSdkName(sdkName);
  const operation = service && operationOfSdkName(loadModel(service), api);
  return service && operation ? { service, operation } : undefined;
}

/** The input of the operation. Throws `Unreadable` or a `SyntaxError` for one that is not. */
export function universalInput(target: UniversalTarget, text: string): unknown {
  return readSdkInput(loadModel(target.service), target.operation, JSON.parse(text));
}
