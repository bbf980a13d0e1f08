/**
 * Who may call a method: signatures and authorizers of the API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../../base/json.ts";
import { decide, readPolicy } from "../../../languages/policy/policy-decision.ts";
import type { AuthorizerRecord, MethodRecord } from "../keys.ts";
import { INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import { DEFAULT_TTL } from "../parts.ts";
import type { PathMatch } from "./compile.ts";
import { authorizerEvent } from "./event.ts";
import { callFunction, functionOf, reasonOf, type TrafficPorts } from "./function-call.ts";
import { valuesOf } from "./headers.ts";
import { type Caller, contextOf, type Incoming } from "./incoming.ts";
import { Refusal } from "./refusal.ts";

/** What an authorizer said of a caller, and how long that holds. */
export interface Decision {
  readonly result: JsonObject;
  readonly untilMs: number;
}

export type Decisions = Map<string, Decision>;

const DECISIONS_MAX = 10_000;

export interface Authorization extends Caller {
  /** The API key that the authorizer found out. */
  readonly usageIdentifierKey?: string | undefined;
}

export async function authorize(
  ports: TrafficPorts & { readonly decisions: Decisions },
  incoming: Incoming,
  { match, method }: { readonly match: PathMatch; readonly method: MethodRecord },
): Promise<Authorization> {
  switch (method.authorizationType) {
    case "NONE":
      return {};
    case "AWS_IAM":
      return { accessKey: signerOf(incoming) };
    default: {
      const authorizer = incoming.compiled.authorizers.get(method.authorizerId ?? "");
      if (authorizer === undefined) {
        throw configurationError(`Authorizer ${method.authorizerId} does not exist`);
      }
      return askAuthorizer(ports, incoming, { match, authorizer });
    }
  }
}

/** Signatures are not verified: the engine serves one developer. That there is one is. */
function signerOf({ request, headers }: Incoming): string {
  const authorization = valuesOf(headers, "authorization").at(-1);
  const [, presigned] = /(?:^|&)X-Amz-Credential=([^&]*)/.exec(request.query) ?? [];
  if (authorization === undefined && presigned === undefined) {
    throw new Refusal("MISSING_AUTHENTICATION_TOKEN");
  }
  const credential =
    presigned === undefined
      ? /^AWS4-\S+ .*Credential=([^,\s]+)/.exec(authorization ?? "")?.[1]
      : decodeURIComponent(presigned);
  const [accessKey] = credential?.split("/") ?? [];
  if (!accessKey) {
    throw new Refusal("INVALID_SIGNATURE", {
      said: "Authorization header requires 'Credential' parameter.",
    });
  }
  return accessKey;
}

function configurationError(reason: string): Refusal {
  return new Refusal("AUTHORIZER_CONFIGURATION_ERROR", { said: null, reason });
}

interface Asked {
  readonly match: PathMatch;
  readonly authorizer: AuthorizerRecord;
}

async function askAuthorizer(
  ports: TrafficPorts & { readonly decisions: Decisions },
  incoming: Incoming,
  asked: Asked,
): Promise<Authorization> {
  const identity = identityOf(incoming, asked);
  const ttl = asked.authorizer.authorizerResultTtlInSeconds ?? DEFAULT_TTL;
  const key = decisionKey(incoming, asked.authorizer.id, identity);
  const known = ttl > 0 ? ports.decisions.get(key) : undefined;
  const nowMs = ports.clock.nowMs();
  if (known !== undefined && known.untilMs > nowMs) {
    return judged(incoming, known.result, 0);
  }
  const result = await callAuthorizer(ports, incoming, { ...asked, identity });
  const latencyMs = ports.clock.nowMs() - nowMs;
  if (ttl > 0) {
    remember(ports.decisions, key, { result, untilMs: nowMs + ttl * 1000 });
  }
  return judged(incoming, result, latencyMs);
}

/** What the function says, whatever it is worth; nothing is kept. */
export function testAuthorizer(
  ports: TrafficPorts,
  incoming: Incoming,
  asked: Asked,
): Promise<JsonObject> {
  return callAuthorizer(ports, incoming, { ...asked, identity: identityOf(incoming, asked) });
}

function decisionKey(
  { api, stage }: Incoming,
  authorizerId: string,
  identity: readonly string[],
): string {
  return `${decisionPrefix(api.id, stage.stageName)}${stage.deploymentId} ${authorizerId} ${JSON.stringify(identity)}`;
}

export function decisionPrefix(apiId: string, stageName: string): string {
  return `${apiId} ${stageName} `;
}

/** The decision that was made first goes when there are too many. */
function remember(decisions: Decisions, key: string, decision: Decision): void {
  const [oldest] = decisions.keys();
  if (decisions.size >= DECISIONS_MAX && !decisions.has(key) && oldest !== undefined) {
    decisions.delete(oldest);
  }
  decisions.set(key, decision);
}

/** The values of the identity sources: a request that lacks one is turned away unasked. */
function identityOf(incoming: Incoming, { match, authorizer }: Asked): readonly string[] {
  const sources = (authorizer.identitySource ?? "").split(",").map((source) => source.trim());
  const context = contextOf(incoming, { match });
  const values = sources.filter(Boolean).map((source) => {
    const [, place = "", name = ""] = /^(?:method\.request\.)?(\w+)\.(.+)$/.exec(source) ?? [];
    const value = valueAt(incoming, context, place, name);
    if (value === undefined || value === "") {
      throw new Refusal("UNAUTHORIZED");
    }
    return value;
  });
  const { identityValidationExpression: expression } = authorizer;
  if (authorizer.type === "TOKEN" && expression && !fits(expression, values[0] ?? "")) {
    throw new Refusal("UNAUTHORIZED");
  }
  return values;
}

function valueAt(
  incoming: Incoming,
  context: JsonObject,
  place: string,
  name: string,
): string | undefined {
  switch (place) {
    case "header":
      return valuesOf(incoming.headers, name).at(-1);
    case "multivalueheader":
      return valuesOf(incoming.headers, name).join(",");
    case "querystring":
      return incoming.query[name]?.at(-1);
    case "multivaluequerystring":
      return incoming.query[name]?.join(",");
    case "stageVariables":
      return incoming.stage.variables?.[name];
    default: {
      let value: unknown = context;
      for (const part of name.split(".")) {
        value = isJsonObject(value) ? value[part] : undefined;
      }
      return value === undefined || value === null ? undefined : String(value);
    }
  }
}

function fits(expression: string, token: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`).test(token);
  } catch {
    return false;
  }
}

async function callAuthorizer(
  ports: TrafficPorts,
  incoming: Incoming,
  { match, authorizer, identity }: Asked & { readonly identity: readonly string[] },
): Promise<JsonObject> {
  const functionArn = functionOf(authorizer.authorizerUri ?? "", incoming.stage.variables ?? {});
  if (functionArn === undefined) {
    throw configurationError(`Invalid authorizer URI ${authorizer.authorizerUri}`);
  }
  const methodArn = methodArnOf(incoming, match);
  const event =
    authorizer.type === "TOKEN"
      ? { type: "TOKEN", authorizationToken: identity[0], methodArn }
      : authorizerEvent(incoming, match, { methodArn });
  const payload = utf8Encode(JSON.stringify(event));
  const timeoutMs = INTEGRATION_TIMEOUT_MS;
  const called = callFunction(ports, incoming, { functionArn, payload, timeoutMs });
  const { payload: answer, functionError } = await called.catch((error: unknown) => {
    throw error instanceof Refusal
      ? new Refusal("AUTHORIZER_FAILURE", { said: null, reason: error.message })
      : configurationError(reasonOf(error));
  });
  const result = parseJson(utf8Decode(answer));
  if (functionError !== undefined) {
    const message = isJsonObject(result) ? result["errorMessage"] : undefined;
    throw message === "Unauthorized"
      ? new Refusal("UNAUTHORIZED")
      : new Refusal("AUTHORIZER_FAILURE", { said: null, reason: `${functionError}: ${message}` });
  }
  if (!isJsonObject(result) || typeof result["principalId"] !== "string") {
    throw configurationError("Authorizer result body has Null or missing principalId");
  }
  return result;
}

export function methodArnOf({ api, stage, request, path }: Incoming, match: PathMatch): string {
  const prefix = `/${stage.stageName}`;
  const inStage = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  const resource = inStage === prefix || match.resourcePath === "/" ? "/" : inStage;
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}/${stage.stageName}/${request.method}${resource}`;
}

/** Applies the policy to the method at hand: a kept result is judged anew for each. */
function judged(incoming: Incoming, result: JsonObject, latencyMs: number): Authorization {
  const read = readPolicy(result["policyDocument"]);
  if ("problem" in read) {
    throw configurationError(`Invalid policy document: ${read.problem}`);
  }
  const match = incoming.compiled.match(pathInStage(incoming));
  const decision = decide(read.policy, {
    action: "execute-api:Invoke",
    resource: match === undefined ? "" : methodArnOf(incoming, match),
    context: { "aws:SourceIp": incoming.request.sourceIp },
  });
  if (decision !== "allowed") {
    throw new Refusal("ACCESS_DENIED", {
      said: `User is not authorized to access this resource${decision === "denied" ? " with an explicit deny" : ""}`,
    });
  }
  const passed = isJsonObject(result["context"]) ? result["context"] : {};
  for (const [name, value] of Object.entries(passed)) {
    if (typeof value === "object" && value !== null) {
      throw configurationError(`The context value of ${name} is neither text, number nor boolean`);
    }
  }
  const texts = Object.entries(passed).map(([name, value]) => [
    name,
    value === null ? null : String(value),
  ]);
  const usageKey = result["usageIdentifierKey"];
  return {
    authorizer: {
      ...Object.fromEntries(texts),
      principalId: result["principalId"],
      integrationLatency: latencyMs,
    },
    usageIdentifierKey: typeof usageKey === "string" ? usageKey : undefined,
  };
}

function pathInStage({ path, stage }: Incoming): string {
  const prefix = `/${stage.stageName}`;
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) || "/" : path;
}
