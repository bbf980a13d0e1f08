/**
 * Resource policies: who may invoke a function. Stored and shown; see Gaps in README.md.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
import type { Input } from "../../wire/operations.ts";
import { policyTooLong, statementExists, statementNotFound } from "./errors.ts";
import { POLICY_BYTES_MAX } from "./limits.ts";

export interface FunctionPolicy {
  readonly revisionId: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: string | Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Conditions;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function statementOf(
  resourceArn: string,
  input: Input<"lambda", "AddPermission">,
): Statement {
  const conditions = conditionsOf(input);
  return {
    Sid: input.StatementId,
    Effect: "Allow",
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resourceArn,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

function principalOf(principal: string): Statement["Principal"] {
  if (principal === "*") {
    return "*";
  }
  if (/^\d{12}$/.test(principal)) {
    return { AWS: `arn:aws:iam::${principal}:root` };
  }
  return principal.startsWith("arn:") ? { AWS: principal } : { Service: principal };
}

function conditionsOf(input: Input<"lambda", "AddPermission">): Conditions {
  const equals: Record<string, string> = {
    ...(input.SourceAccount !== undefined && { "AWS:SourceAccount": input.SourceAccount }),
    ...(input.EventSourceToken !== undefined && {
      "lambda:EventSourceToken": input.EventSourceToken,
    }),
    ...(input.FunctionUrlAuthType !== undefined && {
      "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType,
    }),
    ...(input.PrincipalOrgID !== undefined && { "aws:PrincipalOrgID": input.PrincipalOrgID }),
  };
  return {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
  };
}

export function withStatement(
  policy: FunctionPolicy | undefined,
  statement: Statement,
  revisionId: string,
): FunctionPolicy {
  const statements = policy?.statements ?? [];
  if (statements.some(({ Sid }) => Sid === statement.Sid)) {
    throw statementExists(statement.Sid);
  }
  const changed = { revisionId, statements: [...statements, statement] };
  const sizeBytes = Buffer.byteLength(policyText(changed));
  if (sizeBytes > POLICY_BYTES_MAX) {
    throw policyTooLong(sizeBytes, POLICY_BYTES_MAX);
  }
  return changed;
}

export function withoutStatement(
  policy: FunctionPolicy,
  statementId: string,
  revisionId: string,
): FunctionPolicy {
  const statements = policy.statements.filter(({ Sid }) => Sid !== statementId);
  if (statements.length === policy.statements.length) {
    throw statementNotFound(statementId);
  }
  return { revisionId, statements };
}

export function policyText(policy: FunctionPolicy): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "default",
    Statement: policy.statements,
  });
}
