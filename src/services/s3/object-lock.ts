/**
 * Object lock: versions that cannot be deleted yet.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
import type { DefaultRetention } from "../../wire/models/s3.gen.ts";
import type { Bucket } from "./bucket.ts";
import { invalidArgument, invalidRequest, objectIsLocked } from "./errors.ts";

export interface Retention {
  readonly mode: "COMPLIANCE" | "GOVERNANCE";
  readonly untilMs: number;
}

/** What an object has of it. */
export interface ObjectLock {
  readonly retention?: Retention | undefined;
  readonly hasLegalHold?: boolean | undefined;
}

export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

export interface LockFields {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const DAY_MS = 86_400_000;
const RETENTION_DAYS_MAX = 36_500;

/** What an upload asks for, else the bucket's default. */
export function lockOf(input: LockInput, bucket: Bucket, nowMs: number): ObjectLock {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  const hold = input.ObjectLockLegalHoldStatus;
  const isAsked = mode !== undefined || until !== undefined || hold !== undefined;
  if (bucket.objectLock === undefined) {
    if (isAsked) {
      throw invalidRequest("Bucket is missing ObjectLockConfiguration");
    }
    return {};
  }
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
      {
        name:
          until === undefined ? "x-amz-object-lock-mode" : "x-amz-object-lock-retain-until-date",
        value: mode ?? until?.toISOString() ?? "",
      },
    );
  }
  const retention =
    mode !== undefined && until !== undefined
      ? retentionOf(mode, until, nowMs)
      : byDefault(bucket.objectLock.defaultRetention, nowMs);
  return { retention, hasLegalHold: hold === undefined ? undefined : legalHoldOf(hold) };
}

/**
 * Uploads are told the same without the spaces.
 * Source: https://github.com/versity/versitygw/issues/1751
 */
export function noLock(): Error {
  return invalidRequest("Bucket is missing Object Lock Configuration");
}

/**
 * Who asks to bypass needs something to bypass.
 * Source: https://github.com/versity/versitygw/issues/1218
 */
export function bypassOf(
  { BypassGovernanceRetention }: { readonly BypassGovernanceRetention?: boolean | undefined },
  { objectLock }: Bucket,
): boolean {
  if (BypassGovernanceRetention !== undefined && objectLock === undefined) {
    throw invalidArgument(
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
      { name: "x-amz-bypass-governance-retention", value: String(BypassGovernanceRetention) },
    );
  }
  return BypassGovernanceRetention === true;
}

export function retentionOf(mode: string, until: Date, nowMs: number): Retention {
  if (mode !== "COMPLIANCE" && mode !== "GOVERNANCE") {
    throw invalidArgument("Unknown wormMode directive.", {
      name: "x-amz-object-lock-mode",
      value: mode,
    });
  }
  if (until.getTime() <= nowMs) {
    throw invalidArgument("The retain until date must be in the future!", {
      name: "x-amz-object-lock-retain-until-date",
      value: until.toISOString(),
    });
  }
  return { mode, untilMs: until.getTime() };
}

export function legalHoldOf(status: string): boolean {
  if (status !== "ON" && status !== "OFF") {
    throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", {
      name: "x-amz-object-lock-legal-hold",
      value: status,
    });
  }
  return status === "ON";
}

function byDefault(rule: DefaultRetention | undefined, nowMs: number): Retention | undefined {
  if (rule === undefined) {
    return undefined;
  }
  const until = new Date(nowMs);
  if (rule.Years !== undefined) {
    until.setUTCFullYear(until.getUTCFullYear() + rule.Years);
  }
  return {
    mode: rule.Mode === "COMPLIANCE" ? "COMPLIANCE" : "GOVERNANCE",
    untilMs: until.getTime() + (rule.Days ?? 0) * DAY_MS,
  };
}

/** Throws for the default of a bucket that AWS does not take. */
export function checkDefaultRetention(rule: DefaultRetention): void {
  const { Days: days, Years: years, Mode: mode } = rule;
  const length = days ?? (years ?? 0) * 365;
  if (
    (days === undefined) === (years === undefined) ||
    (mode !== "COMPLIANCE" && mode !== "GOVERNANCE")
  ) {
    throw invalidArgument("Default retention needs a mode and either days or years.", {
      name: "DefaultRetention",
      value: mode ?? "",
    });
  }
  if (length <= 0 || length > RETENTION_DAYS_MAX) {
    throw invalidArgument("Default retention period must be a positive integer value", {
      name: days === undefined ? "Years" : "Days",
      value: days ?? years ?? 0,
    });
  }
}

/** Before a version goes for good. */
export function checkDeletable(
  lock: ObjectLock,
  options: { readonly nowMs: number; readonly bypassesGovernance: boolean },
): void {
  if (isLocked(lock, options)) {
    throw objectIsLocked();
  }
}

export function isLocked(
  lock: ObjectLock,
  { nowMs, bypassesGovernance }: { readonly nowMs: number; readonly bypassesGovernance: boolean },
): boolean {
  return lock.hasLegalHold === true || isRetained(lock.retention, nowMs, bypassesGovernance);
}

/** Retention may be prolonged; shortening it needs a bypass, which COMPLIANCE does not have. */
export function checkRetentionChange(
  before: Retention | undefined,
  after: Retention | undefined,
  { nowMs, bypassesGovernance }: { readonly nowMs: number; readonly bypassesGovernance: boolean },
): void {
  const isWeaker =
    after === undefined ||
    after.untilMs < (before?.untilMs ?? 0) ||
    (before?.mode === "COMPLIANCE" && after.mode === "GOVERNANCE");
  if (isWeaker && isRetained(before, nowMs, bypassesGovernance)) {
    throw objectIsLocked();
  }
}

function isRetained(
  retention: Retention | undefined,
  nowMs: number,
  bypassesGovernance: boolean,
): boolean {
  return (
    retention !== undefined &&
    retention.untilMs > nowMs &&
    !(retention.mode === "GOVERNANCE" && bypassesGovernance)
  );
}

export function lockFields({ retention, hasLegalHold }: ObjectLock): LockFields {
  return {
    ObjectLockMode: retention?.mode,
    ObjectLockRetainUntilDate: retention && new Date(retention.untilMs),
    ObjectLockLegalHoldStatus: hasLegalHold === undefined ? undefined : hasLegalHold ? "ON" : "OFF",
  };
}
