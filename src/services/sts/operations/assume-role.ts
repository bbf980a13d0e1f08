import { parseArn } from "../../../base/arn.ts";
import { parseJsonObject } from "../../../base/json.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { AssumeRoleResponse } from "../../../wire/models/sts.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import type { KnownRole } from "../../role-directory.ts";
import { accessDenied, malformedPolicyDocument, validationError } from "../errors.ts";
import {
  CHAINED_SESSION_SECONDS_MAX,
  ROLE_SESSION_SECONDS_DEFAULT,
  SESSION_TAGS_MAX,
} from "../limits.ts";
import type { StsOperation } from "../ports.ts";
import { type Principal, principalOf } from "../principal.ts";
import { startSession } from "../session.ts";

/** The role must exist; its trust policy is not evaluated, as no policy is. */
export const assumeRole: StsOperation<"AssumeRole"> = (ctx, input) => {
  checkInput(input);
  const { RoleArn, RoleSessionName, SourceIdentity } = input;
  const { DurationSeconds = ROLE_SESSION_SECONDS_DEFAULT } = input;
  return ctx.store.write((tx): AssumeRoleResponse => {
    const caller = principalOf(tx, ctx);
    const role = ctx.roles.find(tx, RoleArn);
    if (role === undefined) {
      throw accessDenied(
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      );
    }
    checkDuration(DurationSeconds, role, caller);
    const principal = sessionOf(role, RoleSessionName);
    return {
      Credentials: startSession(tx, principal, DurationSeconds),
      AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
      SourceIdentity,
    };
  });
};

function checkInput(input: Input<"sts", "AssumeRole">): void {
  const { Policy, SerialNumber, TokenCode, RoleArn, Tags = [] } = input;
  if (SerialNumber !== undefined || TokenCode !== undefined) {
    throw notSupported("sts:AssumeRole", "multi-factor authentication");
  }
  if (parseArn(RoleArn) === undefined) {
    throw validationError(`${RoleArn} is invalid`);
  }
  if (Tags.length > SESSION_TAGS_MAX) {
    throw validationError(`The number of session tags must not exceed ${SESSION_TAGS_MAX}.`);
  }
  if (Policy !== undefined && parseJsonObject(Policy) === undefined) {
    throw malformedPolicyDocument();
  }
}

function checkDuration(seconds: number, role: KnownRole, caller: Principal): void {
  if (seconds > role.maxSessionSeconds) {
    throw validationError(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  if (caller.isRole && seconds > CHAINED_SESSION_SECONDS_MAX) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
}

function sessionOf(role: KnownRole, sessionName: string): Principal {
  const accountId = parseArn(role.arn)?.accountId ?? "";
  return {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    isRole: true,
  };
}
