/**
 * Who may call a function URL without a signature: everybody, if the resource policy of its function
 * or alias says so, once for the URL and once for the function behind it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
import { decide, readPolicy } from "../../languages/policy/policy-decision.ts";
import type { ReadTx } from "../../store/store.ts";
import { qualifiedArn } from "./function-name.ts";
import type { FunctionUrl } from "./function-url.ts";
import { policies, qualifiedKey } from "./keys.ts";
import type { Statement } from "./policy.ts";

const ACTIONS = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

export function isOpenToAll(tx: ReadTx, url: FunctionUrl): boolean {
  const { statements = [] } = policies.get(tx, qualifiedKey(url.function)) ?? {};
  const read = readPolicy({ Statement: statements.filter(isForAll) });
  if ("problem" in read) {
    return false;
  }
  const resource = qualifiedArn(url.function, url.function.qualifier);
  const context = {
    "lambda:functionurlauthtype": url.auth,
    "lambda:invokedviafunctionurl": "true",
  };
  return ACTIONS.every(
    (action) => decide(read.policy, { action, resource, context }) === "allowed",
  );
}

function isForAll({ Principal: principal }: Statement): boolean {
  return principal === "*" || (typeof principal !== "string" && principal["AWS"] === "*");
}
