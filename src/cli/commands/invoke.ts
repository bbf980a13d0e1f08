/** `millrace invoke`: calls a function of the running engine. */
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { EXIT_FAILURE, EXIT_USAGE, OperatorError } from "../../base/operator-error.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { InvocationRequest, InvocationResponse } from "../../wire/models/lambda.gen.ts";
import { runningEngine } from "../engine.ts";
import { findFunction, knownFunctions } from "../function-name.ts";
import { type CallerOptions, callerOf } from "../options.ts";
import { createRemoteDispatcher } from "../remote-dispatcher.ts";
import type { Terminal } from "../terminal.ts";

export interface InvokeOptions extends CallerOptions {
  /** JSON, `@file`, or `-` for standard input. */
  readonly payload?: string;
  readonly async?: boolean;
  readonly tail?: boolean;
}

export async function invoke(
  terminal: Terminal,
  name: string,
  options: InvokeOptions,
): Promise<number> {
  const Payload = await payloadOf(options.payload);
  const dispatcher = createRemoteDispatcher(await runningEngine());
  const isAsync = options.async === true;
  const request = {
    InvocationType: isAsync ? "Event" : "RequestResponse",
    LogType: options.tail === true ? "Tail" : "None",
    ...(Payload === undefined ? {} : { Payload }),
  } as const;
  const answer = await terminal.progress(
    `Invoking ${name}`,
    invokeByAnyName(dispatcher, callerOf(options), { ...request, FunctionName: name }),
  );
  if (answer.LogResult !== undefined) {
    terminal.warn(Buffer.from(answer.LogResult, "base64").toString("utf8").trimEnd());
  }
  if (isAsync) {
    terminal.data({ status: answer.StatusCode }, "Accepted: the function runs in the background.");
    return 0;
  }
  return report(terminal, answer);
}

function report(terminal: Terminal, answer: InvocationResponse): number {
  const text = Buffer.from(answer.Payload ?? []).toString("utf8");
  const { FunctionError: functionError } = answer;
  terminal.data({ payload: parsedOrText(text), functionError: functionError ?? null }, text);
  if (functionError === undefined) {
    return 0;
  }
  terminal.say(terminal.errorColors.red(`The function failed (${functionError}).`));
  return EXIT_FAILURE;
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A name costs one call; only one the engine does not know is looked for in the stacks. */
async function invokeByAnyName(
  dispatcher: Dispatcher,
  caller: Caller,
  request: InvocationRequest,
): Promise<InvocationResponse> {
  try {
    return await dispatcher.call(caller, "lambda", "Invoke", request);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") {
      throw error;
    }
  }
  const { name } = findFunction(request.FunctionName, await knownFunctions(dispatcher, caller));
  return dispatcher.call(caller, "lambda", "Invoke", { ...request, FunctionName: name });
}

async function payloadOf(given: string | undefined): Promise<Uint8Array | undefined> {
  if (given === undefined) {
    return undefined;
  }
  const bytes = await bytesOf(given);
  try {
    JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new OperatorError({
      what: "The payload is not JSON.",
      why: (error as SyntaxError).message,
      fix: `Write it as in --payload '{"id":1}', or give a file: --payload @event.json`,
      exitCode: EXIT_USAGE,
    });
  }
  return bytes;
}

async function bytesOf(given: string): Promise<Buffer> {
  if (given === "-") {
    return buffer(process.stdin);
  }
  if (!given.startsWith("@")) {
    return Buffer.from(given);
  }
  const file = given.slice(1);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new OperatorError({
      what: `The payload file ${file} cannot be read.`,
      why: (error as Error).message,
      fix: "Name a file that holds the event as JSON.",
      exitCode: EXIT_USAGE,
    });
  }
}
