/**
 * `arn:aws:states:::apigateway:invoke`: an HTTP API of the engine. Requests are not signed, whatever
 * `AuthType` says: no API here looks at signatures.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
 */
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from "../../../languages/asl/data/scope.ts";
import type { ApiRequest } from "../../../outbox/endpoints.ts";
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

const MEMBERS: ReadonlySet<string> = new Set([
  ...["AllowNullValues", "ApiEndpoint", "AuthType", "Headers", "Method", "Path"],
  ...["QueryParameters", "RequestBody", "Stage"],
]);

const AUTH_TYPES: readonly Json[] = ["NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"];

const RESERVED = {
  names: new Set([
    ...["authorization", "connection", "content-md5", "expect", "host", "max-forwards"],
    ...["proxy-authenticate", "server", "te", "transfer-encoding", "trailer", "upgrade", "via"],
    ...["www-authenticate"],
  ]),
  prefixes: ["x-forwarded", "x-amz", "x-amzn"],
};

/** `<API ID>.execute-api.<region>.amazonaws.com`, and as the engine names it. */
const ENDPOINT = /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\./;

export async function apiInvoke(ports: IntegrationPorts, task: Task): Promise<TaskOutcome> {
  const given = isObject(task.input) ? task.input : {};
  const input = given.AllowNullValues === true ? given : (withoutNulls(given) as JsonObject);
  const problems = problemsOf(input);
  if (problems.length > 0) {
    return unusableInput(task.input, problems);
  }
  const answer = await ports.apis.call(requestOf(input, task));
  return isSuccess(answer)
    ? { kind: "succeeded", output: answerOutput(answer) }
    : taskFailure(`ApiGateway.${answer.status}`, answerCause(answer));
}

function withoutNulls(value: Json): Json {
  if (isArray(value)) {
    return value.filter((item) => item !== null).map(withoutNulls);
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]): [string, Json] => [name, withoutNulls(member)]),
  );
}

function problemsOf(input: JsonObject): readonly string[] {
  const problems = Object.keys(input)
    .filter((name) => !MEMBERS.has(name))
    .map((name) => `The field "${name}" is not supported by Step Functions`);
  for (const name of ["ApiEndpoint", "Method"]) {
    if (input[name] === undefined) {
      problems.push(`The field "${name}" is required but was missing`);
    }
  }
  for (const name of ["ApiEndpoint", "Method", "Path", "Stage"]) {
    if (input[name] !== undefined && typeof input[name] !== "string") {
      problems.push(`The value for the field '${name}' must be a STRING`);
    }
  }
  const { ApiEndpoint: endpoint, Method: method, AuthType: auth = "NO_AUTH" } = input;
  if (typeof endpoint === "string" && !ENDPOINT.test(endpoint)) {
    problems.push("The value for the field 'ApiEndpoint' is not valid");
  }
  if (typeof method === "string" && !HTTP_METHODS.includes(method)) {
    problems.push("The value for the field 'Method' is not valid");
  }
  if (!AUTH_TYPES.includes(auth)) {
    problems.push("The value for the field 'AuthType' is not valid");
  }
  for (const name of headersAmong(headersOf(input.Headers), RESERVED)) {
    problems.push(`The header "${name}" is not supported by Step Functions`);
  }
  return problems;
}

function requestOf(input: JsonObject, { caller }: Task): ApiRequest {
  const { ApiEndpoint: endpoint, Stage: stage, Path: path = "/", RequestBody: body } = input;
  const [, apiId = "", region = caller.region] = ENDPOINT.exec(String(endpoint)) ?? [];
  const headers = headersOf(input.Headers);
  const query = Object.entries(listsOf(input.QueryParameters)).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return {
    apiId,
    region,
    stage: typeof stage === "string" ? stage : undefined,
    method: String(input.Method),
    path: encodedPath(String(path)),
    query: query.join("&"),
    headers: {
      "User-Agent": `Amazon|StepFunctions|${region}`,
      ...(body !== undefined &&
        !hasHeader(headers, "content-type") && { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? "" : textOf(body),
    trace: caller.trace,
  };
}

/** What is encoded already stays as it is. */
function encodedPath(path: string): string {
  return encodeURI(path)
    .replace(/%25([0-9a-f]{2})/gi, "%$1")
    .replace(/[?#]/g, encodeURIComponent);
}
