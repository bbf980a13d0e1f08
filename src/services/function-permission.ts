/** Whether a function lets another service invoke it, by the policy that Lambda tells of it. */
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { decide, readPolicy } from "../languages/policy/policy-decision.ts";

export function isInvocable(
  document: string | undefined,
  about: {
    readonly arn: string;
    /** Names of the service: `s3.amazonaws.com`. */
    readonly principals: readonly string[];
    readonly sourceArn: string;
    readonly sourceAccount: string;
  },
): boolean {
  const policy: JsonObject = document === undefined ? {} : JSON.parse(document);
  const given = policy["Statement"];
  const isForCaller = (statement: unknown): boolean => isFor(statement, about.principals);
  const read = readPolicy({ Statement: (Array.isArray(given) ? given : []).filter(isForCaller) });
  return (
    "policy" in read &&
    decide(read.policy, {
      action: "lambda:InvokeFunction",
      resource: about.arn,
      context: { "aws:sourcearn": about.sourceArn, "aws:sourceaccount": about.sourceAccount },
    }) === "allowed"
  );
}

function isFor(statement: unknown, principals: readonly string[]): boolean {
  const principal = isJsonObject(statement) ? statement["Principal"] : undefined;
  const service = isJsonObject(principal) ? principal["Service"] : undefined;
  return principal === "*" || (typeof service === "string" && principals.includes(service));
}
