/**
 * What a function that authorizes answered: yes or no, or a policy.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.payload-format-response
 */
import { utf8Decode } from "../../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../../base/json.ts";
import { decide, type Policy, readPolicy } from "../../../languages/policy/policy-decision.ts";

export interface AuthorizerResult {
  readonly answer: boolean | Policy;
  readonly context: JsonObject | null;
  readonly principalId: string | undefined;
}

export function readResult(
  payload: Uint8Array,
  form: "simple" | "policy",
): AuthorizerResult | { readonly problem: string } {
  const result = parseJsonObject(utf8Decode(payload));
  if (result === undefined) {
    return { problem: "The response of the authorizer is no object." };
  }
  const answer = form === "simple" ? result["isAuthorized"] : readPolicy(result["policyDocument"]);
  if (form === "simple" && typeof answer !== "boolean") {
    return { problem: "isAuthorized of the authorizer's response is no boolean." };
  }
  if (isJsonObject(answer) && "problem" in answer) {
    return { problem: `The authorizer's policy cannot be used: ${String(answer["problem"])}.` };
  }
  const { context, principalId } = result;
  return {
    answer: typeof answer === "boolean" ? answer : (answer as { readonly policy: Policy }).policy,
    context: isJsonObject(context) ? context : null,
    principalId: typeof principalId === "string" ? principalId : undefined,
  };
}

export function isAllowed(
  { answer }: AuthorizerResult,
  asked: {
    readonly routeArn: string;
    readonly sourceIp: string;
    readonly userAgent: string | undefined;
    readonly nowMs: number;
  },
): boolean {
  if (typeof answer === "boolean") {
    return answer;
  }
  const context = {
    "aws:currenttime": new Date(asked.nowMs).toISOString(),
    "aws:epochtime": String(Math.floor(asked.nowMs / 1000)),
    "aws:sourceip": asked.sourceIp,
    "aws:useragent": asked.userAgent,
  };
  const question = { action: "execute-api:Invoke", resource: asked.routeArn, context };
  return decide(answer, question) === "allowed";
}
