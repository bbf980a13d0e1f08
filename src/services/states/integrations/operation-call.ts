/** Integrations that call one operation with the task's input, and give what it answers. */
import { isObject, type Json } from "../../../languages/asl/data/scope.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { Unreadable } from "../../../wire/malformed.ts";
import type { ServiceName } from "../../../wire/model.ts";
import { loadModel } from "../../../wire/models.ts";
import { readSdkInput } from "../../../wire/sdk-input.ts";
import { writeSdkOutput } from "../../../wire/sdk-output.ts";
import { serviceFailure } from "./service-error.ts";
import { type IntegrationPorts, type Task, type TaskOutcome, unusableInput } from "./task.ts";

export interface OperationTarget {
  readonly service: ServiceName;
  readonly operation: string;
}

export async function callOperation(
  ports: IntegrationPorts,
  task: Task,
  target: OperationTarget,
): Promise<TaskOutcome> {
  const model = loadModel(target.service);
  const requestId = ports.random.uuid();
  const { isSdk } = task.resource;
  let input: unknown;
  try {
    input = readSdkInput(model, target.operation, task.input);
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      throw error;
    }
    return unusableInput(task.input, [error.message]);
  }
  try {
    const { dispatcher } = ports;
    const { service, operation } = target;
    const answer = await dispatcher.callByName(task.caller, service, operation, input);
    const output = (await writeSdkOutput(model, operation, answer)) as Json;
    return {
      kind: "succeeded",
      output: isSdk ? output : { ...(isObject(output) ? output : {}), ...callMetadata(requestId) },
    };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return serviceFailure(model, error, { isSdk, requestId });
  }
}

/** What the optimized integrations add to an answer. */
export function callMetadata(requestId: string, status = 200): { readonly [name: string]: Json } {
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: { "x-amzn-RequestId": [requestId] },
      HttpHeaders: { "x-amzn-RequestId": requestId },
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
