/**
 * The errors of SNS, with the codes of the query protocol.
 * Source: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import { FIFO_SUBSCRIPTIONS_MAX, FILTER_POLICIES_MAX } from "./limits.ts";

export function topicDoesNotExist(): AwsError {
  return new AwsError({ code: "NotFound", message: "Topic does not exist", status: 404 });
}

export function subscriptionDoesNotExist(): AwsError {
  return new AwsError({ code: "NotFound", message: "Subscription does not exist", status: 404 });
}

export function resourceNotFound(): AwsError {
  return new AwsError({
    code: "ResourceNotFound",
    message: "Resource does not exist",
    status: 404,
  });
}

export function unsubscribeNeedsSignature(subscriptionArn: string): AwsError {
  return new AwsError({
    code: "AuthorizationError",
    message: `Client not authorized to perform: SNS:Unsubscribe on resource: ${subscriptionArn}`,
    status: 403,
  });
}

/** Source: https://github.com/aws/aws-cdk/pull/37113 */
export function cannotDeleteArchivingTopic(): AwsError {
  return new AwsError({
    code: "InvalidState",
    message: "Invalid state: Cannot delete a topic with an ArchivePolicy",
  });
}

/** `Invalid parameter: ` and what is wrong. */
export function invalidParameter(what: string): AwsError {
  return new AwsError({ code: "InvalidParameter", message: `Invalid parameter: ${what}` });
}

/** `Invalid parameter: TopicArn Reason: ...` */
export function invalidFor(parameter: string, reason: string): AwsError {
  return invalidParameter(`${parameter} Reason: ${reason}`);
}

/** What is wrong with a message attribute. */
export function parameterValueInvalid(message: string): AwsError {
  return new AwsError({ code: "ParameterValueInvalid", message });
}

export function tagLimitExceeded(): AwsError {
  return new AwsError({
    code: "TagLimitExceeded",
    message: "Could not complete request: tag quota of per resource exceeded",
  });
}

export function filterPolicyLimitExceeded(): AwsError {
  return new AwsError({
    code: "FilterPolicyLimitExceeded",
    message: `Filter policy limit exceeded: a topic has at most ${FILTER_POLICIES_MAX} filter policies`,
    status: 403,
  });
}

export function subscriptionLimitExceeded(): AwsError {
  return new AwsError({
    code: "SubscriptionLimitExceeded",
    message: `Subscription limit exceeded: a FIFO topic has at most ${FIFO_SUBSCRIPTIONS_MAX} subscriptions`,
    status: 403,
  });
}

export function emptyBatchRequest(): AwsError {
  return new AwsError({
    code: "EmptyBatchRequest",
    message: "The batch request doesn't contain any entries.",
  });
}

export function tooManyEntriesInBatchRequest(): AwsError {
  return new AwsError({
    code: "TooManyEntriesInBatchRequest",
    message: "The batch request contains more entries than permissible.",
  });
}

export function batchEntryIdsNotDistinct(): AwsError {
  return new AwsError({
    code: "BatchEntryIdsNotDistinct",
    message: "Two or more batch entries in the request have the same Id.",
  });
}

export function invalidBatchEntryId(): AwsError {
  return new AwsError({
    code: "InvalidBatchEntryId",
    message: "The Id of a batch entry in a batch request doesn't abide by the specification.",
  });
}

export function batchRequestTooLong(): AwsError {
  return new AwsError({
    code: "BatchRequestTooLong",
    message: "The length of all the batch messages put together is more than the limit.",
  });
}
