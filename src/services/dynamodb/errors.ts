/** The errors of DynamoDB, one constructor each, with AWS's texts. */
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { AwsError } from "../../wire/aws-error.ts";

export function validation(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

export function invalidParameters(detail: string): AwsError {
  return validation(`One or more parameter values were invalid: ${detail}`);
}

/** As operations on items have it. */
export function resourceNotFound(): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: "Requested resource not found",
  });
}

/** As operations on tables have it. */
export function tableNotFound(name: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `Requested resource not found: Table: ${name} not found`,
  });
}

/** Spelled as AWS spells it. */
export function arnNotFound(arn: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `Requested resource not found: ResourcArn: ${arn} not found`,
  });
}

export function tableAlreadyExists(name: string): AwsError {
  return new AwsError({
    code: "ResourceInUseException",
    message: `Table already exists: ${name}`,
  });
}

export function tableBeingCopied(name: string): AwsError {
  return new AwsError({
    code: "ResourceInUseException",
    message: `Attempt to change a resource which is still in use: Table is being backed up: ${name}`,
  });
}

export function tableBeingCreated(name: string): AwsError {
  return new AwsError({
    code: "ResourceInUseException",
    message: `Attempt to change a resource which is still in use: Table is being created: ${name}`,
  });
}

export function conditionalCheckFailed(item: Attributes | undefined): AwsError {
  return new AwsError({
    code: "ConditionalCheckFailedException",
    message: "The conditional request failed",
    members: item === undefined ? {} : { Item: item },
  });
}

/** An INSERT of PartiQL replaces nothing. */
export function duplicateItem(): AwsError {
  return new AwsError({
    code: "DuplicateItemException",
    message: "Duplicate primary key exists in table",
  });
}

/** What was throttled. */
export interface Throttled {
  readonly arn: string;
  readonly kind: "read" | "write";
  readonly isIndex: boolean;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export function provisionedThroughputExceeded(throttled: Throttled): AwsError {
  return new AwsError({
    code: "ProvisionedThroughputExceededException",
    message: throttled.isIndex
      ? "The level of configured provisioned throughput for one or more global secondary indexes " +
        "of the table was exceeded. Consider increasing your provisioning level for the " +
        "under-provisioned global secondary indexes with the UpdateTable API"
      : "The level of configured provisioned throughput for the table was exceeded. " +
        "Consider increasing your provisioning level with the UpdateTable API.",
    members: { ThrottlingReasons: [throttlingReason(throttled, "ProvisionedThroughputExceeded")] },
  });
}

export function onDemandThroughputExceeded(throttled: Throttled): AwsError {
  return new AwsError({
    code: "ThrottlingException",
    message:
      "Throughput exceeds the maximum OnDemandThroughput configured on table or index. " +
      "Please consider increasing the maximum OnDemandThroughput.",
    members: { throttlingReasons: [throttlingReason(throttled, "MaxOnDemandThroughputExceeded")] },
  });
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html */
function throttlingReason(
  { arn, kind, isIndex }: Throttled,
  limit: string,
): { readonly reason: string; readonly resource: string } {
  const operation = kind === "read" ? "Read" : "Write";
  return { reason: `${isIndex ? "Index" : "Table"}${operation}${limit}`, resource: arn };
}

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string | undefined;
  readonly Item?: Attributes | undefined;
}

export function transactionCanceled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(", ");
  return new AwsError({
    code: "TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    members: { CancellationReasons: reasons },
  });
}

export function idempotentParameterMismatch(): AwsError {
  return new AwsError({
    code: "IdempotentParameterMismatchException",
    message:
      "DynamoDB rejected the request because you retried a request with a different payload " +
      "but with an idempotent token that was already used.",
  });
}
