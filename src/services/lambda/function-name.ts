/**
 * The forms in which callers name a function.
 *
 * `name`, `name:qualifier`, `account:function:name`, `function:name`, and the full ARN, each with
 * or without a qualifier.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-FunctionName
 */
import { formatArn } from "../../base/arn.ts";
import { constraintFailed, functionsOfOtherRegion, invalidParameterValue } from "./errors.ts";
import { FUNCTION_NAME_LENGTH_MAX } from "./limits.ts";

export interface FunctionId {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

export interface FunctionReference extends FunctionId {
  readonly qualifier: string | undefined;
}

const FORM =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

export const LATEST = "$LATEST";

interface Asker {
  readonly region: string;
  readonly accountId: string;
}

/** Whose function is meant, and which version or alias of it. */
export function functionReference(
  asker: Asker,
  text: string,
  qualifier: string | undefined,
): FunctionReference {
  const match = FORM.exec(text);
  if (match === null) {
    throw constraintFailed(
      text,
      "functionName",
      "Member must satisfy regular expression pattern: " +
        "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?" +
        "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
    );
  }
  const [, region, accountId, name, derived] = match;
  if (region !== undefined && region !== asker.region) {
    throw functionsOfOtherRegion(region, asker.region);
  }
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw invalidParameterValue(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  }
  return {
    region: asker.region,
    accountId: accountId ?? asker.accountId,
    name: name ?? "",
    qualifier: qualifier ?? derived,
  };
}

/** The function an ARN's resource names: `function:orders`, `function:orders:$LATEST`. */
export function functionReferenceOfArn(arn: {
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}): FunctionReference {
  const [, name = "", qualifier] = arn.resource.split(":");
  return { region: arn.region, accountId: arn.accountId, name, qualifier };
}

/** The name of a new function: no qualifier, of the caller's own account. */
export function newFunctionId(asker: Asker, text: string): FunctionId {
  const { name, qualifier, accountId } = functionReference(asker, text, undefined);
  if (qualifier !== undefined || accountId !== asker.accountId) {
    throw invalidParameterValue(
      `Invalid function name: ${text}. A new function is named without a qualifier, in the caller's account.`,
    );
  }
  if (name.length > FUNCTION_NAME_LENGTH_MAX) {
    throw constraintFailed(
      text,
      "functionName",
      `Member must have length less than or equal to ${FUNCTION_NAME_LENGTH_MAX}`,
    );
  }
  return { region: asker.region, accountId, name };
}

export function functionArn({ region, accountId, name }: FunctionId): string {
  return formatArn({ service: "lambda", region, accountId, resource: `function:${name}` });
}

/** Whether a qualifier names a published version by its number. */
export function isVersionNumber(qualifier: string): boolean {
  return /^[0-9]+$/.test(qualifier);
}

export function qualifiedArn(id: FunctionId, qualifier: string | undefined): string {
  return qualifier === undefined ? functionArn(id) : `${functionArn(id)}:${qualifier}`;
}
