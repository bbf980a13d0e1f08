/**
 * Functions as tasks, by their own ARN or by `arn:aws:states:::lambda:invoke`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */

import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { isObject, type Json } from "../../../languages/asl/data/scope.ts";
import type { Caller } from "../../../outbox/dispatcher.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { loadModel } from "../../../wire/models.ts";
import { callMetadata } from "./operation-call.ts";
import { serviceFailure } from "./service-error.ts";
import {
  type IntegrationPorts,
  type Task,
  type TaskOutcome,
  taskFailure,
  unusableInput,
} from "./task.ts";

interface Invocation {
  readonly functionName: string;
  readonly payload: Json | undefined;
  readonly qualifier?: string | undefined;
  readonly invocationType?: string | undefined;
  readonly clientContext?: string | undefined;
  readonly logType?: string | undefined;
}

type Invoked =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly version: string | undefined;
      readonly payload: string;
      readonly logResult: string | undefined;
    }
  | Extract<TaskOutcome, { readonly kind: "failed" }>;

/** The function's answer is the task's. */
export async function callFunction(
  ports: IntegrationPorts,
  task: { readonly functionArn: string; readonly input: Json; readonly caller: Caller },
): Promise<TaskOutcome> {
  const { functionArn: functionName, input: payload, caller } = task;
  const invoked = await invoke(ports, caller, { functionName, payload }, ports.random.uuid());
  return invoked.kind === "failed"
    ? invoked
    : { kind: "succeeded", output: jsonOf(invoked.payload) };
}

const MEMBERS: Readonly<Record<string, "string" | "any">> = {
  ClientContext: "string",
  FunctionName: "string",
  InvocationType: "string",
  LogType: "string",
  Payload: "any",
  Qualifier: "string",
};

export async function lambdaInvoke(ports: IntegrationPorts, task: Task): Promise<TaskOutcome> {
  const { input } = task;
  const given = isObject(input) ? input : {};
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const kind = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (kind === undefined) {
      return [`The field "${name}" is not supported by Step Functions`];
    }
    return kind === "string" && typeof value !== "string"
      ? [`The value for the field '${name}' must be a STRING`]
      : [];
  });
  if (given.FunctionName === undefined) {
    problems.push('The field "FunctionName" is required but was missing');
  }
  if (problems.length > 0) {
    return unusableInput(input, problems);
  }
  const requestId = ports.random.uuid();
  const invoked = await invoke(ports, task.caller, invocationOf(given), requestId);
  if (invoked.kind === "failed") {
    return invoked;
  }
  const { status, version, payload, logResult } = invoked;
  return {
    kind: "succeeded",
    output: {
      ...(version !== undefined && { ExecutedVersion: version }),
      ...(logResult !== undefined && { LogResult: logResult }),
      Payload: payload === "" ? {} : jsonOf(payload),
      ...callMetadata(requestId, status),
      StatusCode: status,
    },
  };
}

function invocationOf(given: { readonly [name: string]: Json }): Invocation {
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    functionName: text("FunctionName") ?? "",
    payload: given.Payload,
    qualifier: text("Qualifier"),
    invocationType: text("InvocationType"),
    clientContext: text("ClientContext"),
    logType: text("LogType"),
  };
}

async function invoke(
  ports: IntegrationPorts,
  caller: Caller,
  invocation: Invocation,
  requestId: string,
): Promise<Invoked> {
  const { functionName, payload, qualifier, invocationType, clientContext, logType } = invocation;
  try {
    const answer = await ports.dispatcher.call(caller, "lambda", "Invoke", {
      FunctionName: functionName,
      ...(payload !== undefined && { Payload: utf8Encode(JSON.stringify(payload)) }),
      ...(qualifier !== undefined && { Qualifier: qualifier }),
      ...(invocationType !== undefined && { InvocationType: invocationType }),
      ...(clientContext !== undefined && { ClientContext: clientContext }),
      ...(logType !== undefined && { LogType: logType }),
    });
    const text = utf8Decode(answer.Payload ?? new Uint8Array(0));
    if (answer.FunctionError !== undefined) {
      return functionFailure(text);
    }
    const { StatusCode: status = 200, ExecutedVersion: version, LogResult: logResult } = answer;
    return { kind: "answered", status, version, payload: text, logResult };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const options = { isSdk: false, requestId };
    const failure = serviceFailure(loadModel("lambda"), error, options);
    return failure as Extract<TaskOutcome, { readonly kind: "failed" }>;
  }
}

/** The error's name is the type of what the function threw; the cause all that it said. */
function functionFailure(payload: string): Extract<TaskOutcome, { readonly kind: "failed" }> {
  const thrown = jsonOf(payload);
  const type = isObject(thrown) ? thrown.errorType : undefined;
  const error = typeof type === "string" && type !== "" ? type : "Lambda.Unknown";
  return taskFailure(error, payload) as Extract<TaskOutcome, { readonly kind: "failed" }>;
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
