/**
 * Names of a service's errors in a workflow: the service as AWS's Java SDK writes it, a dot, the
 * exception's class.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
import type { AwsError } from "../../../wire/aws-error.ts";
import type { ServiceModel } from "../../../wire/model.ts";
import { type TaskOutcome, taskFailure } from "./task.ts";

/** `DynamoDB` is `DynamoDb`, `CloudWatch Logs` is `CloudWatchLogs`. */
export function sdkPrefix(model: Pick<ServiceModel, "serviceId">): string {
  const joined = model.serviceId
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return joined.replace(
    /[A-Z]{2,}(?![a-z])/g,
    (letters) => letters.charAt(0) + letters.slice(1).toLowerCase(),
  );
}

/** Of the integrations that are not of the SDK, by Millrace's name of the service. */
const OPTIMIZED_PREFIXES: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDB",
  events: "EventBridge",
  lambda: "Lambda",
  sns: "SNS",
  sqs: "SQS",
  states: "StepFunctions",
};

/**
 * What the SDK of these integrations calls their services in a message, where it is not `Amazon` and
 * the name: `(Service: AWSLambda; Status Code: 404; ...)`.
 */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  dynamodb: "AmazonDynamoDBv2",
  lambda: "AWSLambda",
  states: "AWSStepFunctions",
};

/** The exception's class: that of the error's shape, or the service's own for one that has none. */
function exceptionName(model: ServiceModel, prefix: string, error: AwsError): string {
  const shape = model.shapes[error.code];
  const isModelled = shape !== undefined && shape.type === "structure" && shape.error !== undefined;
  if (!isModelled && !error.code.endsWith("Exception")) {
    return `${prefix}Exception`;
  }
  return error.code.endsWith("Exception") ? error.code : `${error.code}Exception`;
}

export function serviceFailure(
  model: ServiceModel,
  error: AwsError,
  options: { readonly isSdk: boolean; readonly requestId: string },
): TaskOutcome {
  const sdk = sdkPrefix(model);
  const prefix = options.isSdk ? sdk : (OPTIMIZED_PREFIXES[model.name] ?? sdk);
  const name = exceptionName(model, sdk, error);
  const { status, code, message } = error;
  const origin = options.isSdk
    ? `Service: ${sdk}, Status Code: ${status}, Request ID: ${options.requestId}`
    : `Service: ${SERVICE_NAMES[model.name] ?? `Amazon${prefix}`}; Status Code: ${status}; Error Code: ${code}; ` +
      `Request ID: ${options.requestId}; Proxy: null`;
  return taskFailure(`${prefix}.${name}`, `${message} (${origin})`);
}
