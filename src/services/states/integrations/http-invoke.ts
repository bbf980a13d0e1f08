/**
 * `arn:aws:states:::http:invoke`: any HTTP endpoint, with the authorization of a connection.
 *
 * | what happens                               | the task's error                                |
 * |--------------------------------------------|-------------------------------------------------|
 * | a status that is not 2xx                   | `States.Http.StatusCode.<status>`, with the body|
 * | no whole answer in 60 s, no connection     | `States.Http.Socket`                            |
 * | the answer is binary                       | `States.Runtime`                                |
 * | the answer is longer than 256 KiB          | `States.DataLimitExceeded`                      |
 * | the connection is gone, or not authorized  | `Events.ConnectionResource.*`                   |
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
import { isObject, type Json, type JsonObject } from "../../../languages/asl/data/scope.ts";
import type {
  ConnectionRequest,
  EndpointAnswer,
  EndpointFailure,
} from "../../../outbox/endpoints.ts";
import { ARRAY_FORMATS, type ArrayFormat, formEncoded } from "./form-encoding.ts";
import {
  answerCause,
  answerOutput,
  HTTP_METHODS,
  hasHeader,
  headersAmong,
  headersOf,
  isSuccess,
  listsOf,
  textOf,
} from "./http-message.ts";
import {
  type IntegrationPorts,
  type Task,
  type TaskOutcome,
  taskFailure,
  unusableInput,
} from "./task.ts";

const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 262_144;

const MEMBERS: ReadonlySet<string> = new Set([
  ...["ApiEndpoint", "Authentication", "Headers", "InvocationConfig", "Method"],
  ...["QueryParameters", "RequestBody", "Transform"],
]);

const RESERVED = {
  names: new Set([
    ...["a-im", "accept-charset", "accept-datetime", "accept-encoding", "authorization"],
    ...["cache-control", "connection", "content-encoding", "content-md5", "date", "expect"],
    ...["forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since"],
    ...["if-none-match", "if-range", "if-unmodified-since", "max-forwards", "origin", "pragma"],
    ...["proxy-authorization", "referer", "server", "te", "trailer", "transfer-encoding"],
    ...["upgrade", "via", "warning"],
  ]),
  prefixes: ["x-forwarded-", "x-amz-", "x-amzn-"],
};

const BINARY = /^\s*(application\/octet-stream|(image|video|audio)\/)/i;

export async function httpInvoke(ports: IntegrationPorts, task: Task): Promise<TaskOutcome> {
  const input = isObject(task.input) ? task.input : {};
  const problems = problemsOf(input);
  if (problems.length > 0) {
    return unusableInput(task.input, problems);
  }
  const result = await ports.endpoints.throughConnection(requestOf(input, task.caller.region));
  return result.kind === "answer" ? outcomeOf(result) : failureOf(task.input, result);
}

function problemsOf(input: JsonObject): readonly string[] {
  const problems = Object.keys(input)
    .filter((name) => !MEMBERS.has(name))
    .map((name) => `The field "${name}" is not supported by Step Functions`);
  for (const name of ["ApiEndpoint", "Method"]) {
    if (input[name] === undefined) {
      problems.push(`The field "${name}" is required but was missing`);
    } else if (typeof input[name] !== "string") {
      problems.push(`The value for the field '${name}' must be a STRING`);
    }
  }
  if (typeof input.Method === "string" && !HTTP_METHODS.includes(input.Method)) {
    problems.push("The value for the field 'Method' is not valid");
  }
  if (connectionOf(input) === undefined) {
    problems.push('The field "ConnectionArn" is required but was missing');
  }
  for (const name of headersAmong(headersOf(input.Headers), RESERVED)) {
    problems.push(`The header "${name}" is not supported by Step Functions`);
  }
  if (encodingOf(input) === undefined) {
    problems.push("The value for the field 'Transform' is not valid");
  }
  return problems;
}

/** `Authentication` is what it was called first; both are taken. */
function connectionOf({ InvocationConfig, Authentication }: JsonObject): string | undefined {
  for (const given of [InvocationConfig, Authentication]) {
    const arn = given !== undefined && isObject(given) ? given.ConnectionArn : undefined;
    if (typeof arn === "string") {
      return arn;
    }
  }
  return undefined;
}

/** `undefined` for a transformation that is none. */
function encodingOf({ Transform: transform }: JsonObject): "NONE" | ArrayFormat | undefined {
  if (transform === undefined) {
    return "NONE";
  }
  if (!isObject(transform)) {
    return undefined;
  }
  const { RequestBodyEncoding: encoding = "NONE", RequestEncodingOptions: options } = transform;
  const format = options !== undefined && isObject(options) ? options.ArrayFormat : undefined;
  if (encoding === "NONE") {
    return "NONE";
  }
  const known = ARRAY_FORMATS.find((name) => name === (format ?? "INDICES"));
  return encoding === "URL_ENCODED" ? known : undefined;
}

function requestOf(input: JsonObject, region: string): ConnectionRequest {
  const { ApiEndpoint: url, Method: method, RequestBody: body } = input;
  const encoding = encodingOf(input) ?? "NONE";
  const given = headersOf(input.Headers);
  const type =
    encoding === "NONE" ? "application/json" : "application/x-www-form-urlencoded;charset=UTF-8";
  return {
    connectionArn: connectionOf(input) ?? "",
    url: String(url),
    method: String(method),
    headers: {
      "User-Agent": `Amazon|StepFunctions|HttpInvoke|${region}`,
      Range: `bytes=0-${ANSWER_BYTES_MAX}`,
      ...(body !== undefined && !hasHeader(given, "content-type") && { "Content-Type": type }),
      ...given,
    },
    query: listsOf(input.QueryParameters),
    bodyWith: (parameters) => bodyOf(body, parameters, encoding),
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
  };
}

function bodyOf(
  body: Json | undefined,
  parameters: Readonly<Record<string, string>>,
  encoding: "NONE" | ArrayFormat,
): ReturnType<ConnectionRequest["bodyWith"]> {
  const isMerged = Object.keys(parameters).length > 0;
  if (body !== undefined && !isObject(body)) {
    return isMerged
      ? {
          problem: "The request body is no object: the connection's parameters have no place in it",
        }
      : { text: textOf(body) };
  }
  if (body === undefined && !isMerged) {
    return { text: undefined };
  }
  const merged = { ...body, ...parameters };
  return { text: encoding === "NONE" ? JSON.stringify(merged) : formEncoded(merged, encoding) };
}

function outcomeOf(answer: EndpointAnswer): TaskOutcome {
  if (!isSuccess(answer)) {
    return taskFailure(`States.Http.StatusCode.${answer.status}`, answerCause(answer));
  }
  const [type = ""] = answer.headers["content-type"] ?? [];
  if (BINARY.test(type)) {
    return taskFailure("States.Runtime", `The response has an unsupported Content-Type: ${type}`);
  }
  if (answer.isTruncated) {
    return taskFailure(
      "States.DataLimitExceeded",
      `The response is longer than ${ANSWER_BYTES_MAX} bytes.`,
    );
  }
  return { kind: "succeeded", output: answerOutput(answer) };
}

function failureOf(input: Json, { reason, message }: EndpointFailure): TaskOutcome {
  switch (reason) {
    case "invalid-body":
      return unusableInput(input, [message]);
    case "not-found":
      return taskFailure("Events.ConnectionResource.NotFound", message);
    case "not-authorized":
      return taskFailure("Events.ConnectionResource.InvalidConnectionState", message);
    default:
      return taskFailure("States.Http.Socket", message);
  }
}
