/**
 * The errors of SQS, with the codes of the JSON protocol.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export function queueDoesNotExist(): AwsError {
  return new AwsError({
    code: "QueueDoesNotExist",
    message: "The specified queue does not exist.",
  });
}

export function queueNameExists(attribute: string): AwsError {
  return new AwsError({
    code: "QueueNameExists",
    message: `A queue already exists with the same name and a different value for attribute ${attribute}`,
  });
}

export function invalidAddress(queueUrl: string): AwsError {
  return new AwsError({
    code: "InvalidAddress",
    message: `The address ${queueUrl} is not valid for this endpoint.`,
    status: 404,
  });
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError({
    code: "MissingParameter",
    message: `The request must contain the parameter ${parameter}.`,
  });
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterValue", message });
}

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: ...` */
export function invalidParameter(
  parameter: string,
  value: string | number,
  reason: string,
): AwsError {
  return invalidParameterValue(
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}

/** A parameter of FIFO queues on a standard queue, or the other way round. */
export function notForThisQueueType(parameter: string, value: string | number): AwsError {
  return invalidParameter(
    parameter,
    value,
    "The request include parameter that is not valid for this queue type.",
  );
}

export function messageTooLong(maximumBytes: number): AwsError {
  return invalidParameterValue(
    `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
  );
}

export function invalidAttributeName(name: string): AwsError {
  return new AwsError({ code: "InvalidAttributeName", message: `Unknown Attribute ${name}.` });
}

export function invalidAttributeValue(name: string): AwsError {
  return new AwsError({
    code: "InvalidAttributeValue",
    message: `Invalid value for the parameter ${name}.`,
  });
}

const ALLOWED_CHARACTERS = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]";

/** `where`: `message body`, or `message attribute 'name' value`. */
export function invalidCharacter(codePoint: number, where: string): AwsError {
  return new AwsError({
    code: "InvalidMessageContents",
    message:
      `Invalid binary character '#x${codePoint.toString(16).toUpperCase()}' was found in the ` +
      `${where}, the set of allowed characters is ${ALLOWED_CHARACTERS}.`,
  });
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError({
    code: "ReceiptHandleIsInvalid",
    message: `The input receipt handle "${handle}" is not a valid receipt handle.`,
    status: 404,
  });
}

export function messageNotAvailable(handle: string): AwsError {
  return invalidParameter(
    "ReceiptHandle",
    handle,
    "Message does not exist or is not available for visibility timeout change.",
  );
}

/** A FIFO queue's handle ends with the visibility timeout. */
export function receiptHandleHasExpired(handle: string): AwsError {
  return invalidParameter("ReceiptHandle", handle, "The receipt handle has expired");
}

export function messageNotInflight(): AwsError {
  return new AwsError({
    code: "MessageNotInflight",
    message: "The specified message isn't in flight.",
  });
}

export function overLimit(): AwsError {
  return new AwsError({
    code: "OverLimit",
    message:
      "Too many messages are in flight: a queue holds at most 120000 of them. " +
      "Delete messages after they are processed.",
    status: 403,
  });
}

/** Of message move tasks: a queue or a task that is not there. */
export function resourceNotFound(message: string): AwsError {
  return new AwsError({ code: "ResourceNotFoundException", message, status: 404 });
}

export function overMoveTasks(): AwsError {
  return new AwsError({
    code: "OverLimit",
    message: "Too many message move tasks are running: an account has at most 100 of them.",
    status: 403,
  });
}

export function tooManyStatements(): AwsError {
  return new AwsError({
    code: "OverLimit",
    message: "A queue policy holds at most 20 statements.",
    status: 403,
  });
}

export function purgeQueueInProgress(name: string): AwsError {
  return new AwsError({
    code: "PurgeQueueInProgress",
    message: `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    status: 403,
  });
}

export function emptyBatchRequest(entryShape: string): AwsError {
  return new AwsError({
    code: "EmptyBatchRequest",
    message: `There should be at least one ${entryShape} in the request.`,
  });
}

export function tooManyEntriesInBatchRequest(count: number): AwsError {
  return new AwsError({
    code: "TooManyEntriesInBatchRequest",
    message: `Maximum number of entries per request are 10. You have sent ${count}.`,
  });
}

export function batchEntryIdsNotDistinct(id: string): AwsError {
  return new AwsError({ code: "BatchEntryIdsNotDistinct", message: `Id ${id} repeated.` });
}

export function invalidBatchEntryId(): AwsError {
  return new AwsError({
    code: "InvalidBatchEntryId",
    message:
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. " +
      "It can be at most 80 letters long.",
  });
}

export function batchRequestTooLong(maximumBytes: number, sentBytes: number): AwsError {
  return new AwsError({
    code: "BatchRequestTooLong",
    message: `Batch requests cannot be longer than ${maximumBytes} bytes. You have sent ${sentBytes} bytes.`,
  });
}
