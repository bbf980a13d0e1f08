/**
 * Resource policies: texts by the ARN of a stream or consumer. They decide whether another account
 * gets in, by effect, principal and action; a statement with conditions lets nobody in.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { RequestContext } from "../service.ts";
import { accessDenied, invalidArgument } from "./errors.ts";
import { policies } from "./keys.ts";
import { POLICY_BYTES_MAX } from "./limits.ts";

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

/** Throws when the ARN is one of another account, and its policy does not let this one in. */
export function checkAccess(
  tx: ReadTx,
  { accountId }: RequestContext,
  operation: string,
  arn: string,
): void {
  if (parseArn(arn)?.accountId === accountId) {
    return;
  }
  const action = `kinesis:${operation}`;
  const text = policies.get(tx, [arn]);
  const statements = text === undefined ? [] : statementsOf(text);
  const concerning = statements.filter(
    (statement) => names(statement.Principal, accountId) && covers(statement.Action, action),
  );
  const isAllowed =
    concerning.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined) &&
    !concerning.some(({ Effect }) => Effect === "Deny");
  if (!isAllowed) {
    throw accessDenied(action, accountId, arn);
  }
}

/** As it is stored. Throws for a text that is no policy. */
export function checkedPolicy(text: string): string {
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    throw invalidArgument(`The policy is larger than ${POLICY_BYTES_MAX} bytes.`);
  }
  const statements = statementsOf(text);
  if (statements.length === 0 || !statements.every(isStatement)) {
    throw invalidArgument("The resource policy is not valid.");
  }
  return text;
}

function isStatement({ Effect, Principal, Action }: Statement): boolean {
  return (
    (Effect === "Allow" || Effect === "Deny") && Principal !== undefined && Action !== undefined
  );
}

/** None for a text that is no policy. */
function statementsOf(text: string): readonly Statement[] {
  try {
    const { Statement: given } = (JSON.parse(text) ?? {}) as { readonly Statement?: unknown };
    const statements: readonly unknown[] = given === undefined ? [] : [given].flat();
    return statements.map((one) => (typeof one === "object" && one !== null ? one : {}));
  } catch {
    return [];
  }
}

function names(principal: unknown, accountId: string): boolean {
  const { AWS: aws = principal } = (
    typeof principal === "object" && principal !== null ? principal : {}
  ) as { readonly AWS?: unknown };
  return [aws]
    .flat()
    .some(
      (one) => one === "*" || one === accountId || parseArn(String(one))?.accountId === accountId,
    );
}

function covers(actions: unknown, action: string): boolean {
  return [actions].flat().some((one) => {
    const pattern = String(one).toLowerCase();
    return pattern.endsWith("*")
      ? action.toLowerCase().startsWith(pattern.slice(0, -1))
      : pattern === action.toLowerCase();
  });
}
