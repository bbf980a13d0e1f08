/**
 * Resource policies: who may invoke a function. Stored and shown; see Gaps in README.md.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
import { parseArn } from "../../base/arn.ts";
import type { Input } from "../../wire/operations.ts";
import {
  invalidParameterValue,
  policyTooLong,
  statementExists,
  statementNotFound,
} from "./errors.ts";
import { type FunctionReference, LATEST } from "./function-name.ts";
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

export function layerStatement(
  resourceArn: string,
  input: Input<"lambda", "AddLayerVersionPermission">,
): Statement {
  const { StatementId, Action, Principal, OrganizationId } = input;
  if (OrganizationId !== undefined && Principal !== "*") {
    throw invalidParameterValue("OrganizationId can only be specified when the principal is '*'.");
  }
  return {
    Sid: StatementId,
    Effect: "Allow",
    Principal: principalOf(Principal),
    Action,
    Resource: resourceArn,
    ...(OrganizationId !== undefined && {
      Condition: { StringEquals: { "aws:PrincipalOrgID": OrganizationId } },
    }),
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

/** A statement is for a function, a version or an alias. */
export function refuseLatest({ qualifier }: FunctionReference): void {
  if (qualifier === LATEST) {
    throw invalidParameterValue("We currently do not support adding policies for $LATEST.");
  }
}

/** Skills, and those for the home. */
const ALEXA: ReadonlySet<string> = new Set([
  "alexa-appkit.amazon.com",
  "alexa-connectedhome.amazon.com",
]);

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export function checkPermission(input: Input<"lambda", "AddPermission">): void {
  const { Action, Principal, FunctionUrlAuthType, EventSourceToken, SourceArn } = input;
  if (FunctionUrlAuthType !== undefined && Action !== "lambda:InvokeFunctionUrl") {
    throw invalidParameterValue(
      "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
    );
  }
  if (EventSourceToken !== undefined && !ALEXA.has(Principal)) {
    throw invalidParameterValue("EventSourceToken is only supported for principals of Alexa.");
  }
  checkPrincipal(Principal);
  if (SourceArn !== undefined && parseArn(SourceArn) === undefined) {
    throw invalidParameterValue(`The provided source arn was invalid: ${SourceArn}`);
  }
}

/** What a service, an account or a user may be called. */
const PRINCIPAL_NAME = /^[\w+=,.@-]*$/;

/**
 * Sources: https://github.com/aws/aws-cli/issues/7408,
 * https://github.com/Pocket/terraform-modules/pull/1037
 */
function checkPrincipal(principal: string): void {
  if (principal === "*" || /^arn:aws[a-zA-Z-]*:(iam|sts)::/.test(principal)) {
    return;
  }
  if (!PRINCIPAL_NAME.test(principal)) {
    throw invalidParameterValue(
      `The provided input'${principal}'was invalid. Member must satisfy expression: [\\w+=,.@-]* ` +
        "Please check your input and try again.",
    );
  }
  const isService = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(principal) && principal !== "amazonaws.com";
  if (!isService && !/^\d{12}$/.test(principal)) {
    throw invalidParameterValue(
      "The provided principal was invalid. Please check the principal and try again.",
    );
  }
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
