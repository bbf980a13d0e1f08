/** Writes to a log stream, which is made when it is not there. */
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";

export interface StreamEvents {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

export async function putLogEvents(
  dispatcher: Dispatcher,
  caller: Caller,
  request: StreamEvents,
): Promise<void> {
  try {
    await dispatcher.call(caller, "logs", "PutLogEvents", request);
  } catch (error) {
    if (!hasCode(error, "ResourceNotFoundException")) {
      throw error;
    }
    const { logGroupName, logStreamName } = request;
    await create(dispatcher, caller, { logGroupName, logStreamName });
    await dispatcher.call(caller, "logs", "PutLogEvents", request);
  }
}

/** Another batch may have made it meanwhile. */
async function create(
  dispatcher: Dispatcher,
  caller: Caller,
  stream: { readonly logGroupName: string; readonly logStreamName: string },
): Promise<void> {
  try {
    await dispatcher.call(caller, "logs", "CreateLogStream", stream);
  } catch (error) {
    if (!hasCode(error, "ResourceAlreadyExistsException")) {
      throw error;
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof AwsError && error.code === code;
}
