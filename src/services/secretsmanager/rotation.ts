/**
 * Rotations: the four steps in which a function makes a new version the current one.
 *
 * | event                     | what follows                                                     |
 * |---------------------------|------------------------------------------------------------------|
 * | a rotation begins         | an empty version with `AWSPENDING`, and a job for the first step |
 * | a step succeeds           | a job for the next one                                           |
 * | the last step succeeds    | the rotation is over, provided `AWSCURRENT` was moved            |
 * | a step fails              | all steps again, later each time, up to a bound                  |
 * | it failed too often       | the rotation waits, with `AWSPENDING` where it is, for the next  |
 * | a test ends, either way   | its version goes, and `AWSPENDING` with it                       |
 *
 * A job belongs to one attempt of one run: what was cancelled, restarted or overtaken finds another
 * run, or none, and does nothing.
 *
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 * and https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
import { addJob } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { type Place, secretKey, secrets, versionKey, versions } from "./keys.ts";
import { ROTATION_ATTEMPTS_MAX, ROTATION_RETRY_MS_MIN } from "./limits.ts";
import { addEmptyVersion, addVersion } from "./new-version.ts";
import type { RotationRules, RotationWindow } from "./rotation-rules.ts";
import { armRotation } from "./rotation-timer.ts";
import { type Secret, saveSecret, secretArn } from "./secret.ts";
import { CURRENT, PENDING, versionAt, withLabels, withoutLabel } from "./stages.ts";
import { openValue } from "./value.ts";

export const ROTATION_JOB = "secretsmanager.rotate";

export interface Rotation {
  readonly isEnabled: boolean;
  readonly lambdaArn: string;
  readonly rules: RotationRules | undefined;
  /** When the last one succeeded. */
  readonly rotatedMs: number | undefined;
  /** From when on rates count: the last rotation, or when the rules were given. */
  readonly anchorMs: number;
  /** The window that is armed. */
  readonly next: RotationWindow | undefined;
  readonly run: Run | undefined;
}

/** A rotation that has begun. */
export interface Run {
  readonly kind: RunKind;
  readonly versionId: string;
  /** By which the function shows that it acts for this run. */
  readonly token: string;
  /** From 1. */
  readonly attempt: number;
  /** It failed too often. */
  readonly isAbandoned: boolean;
}

export type RunKind = keyof typeof STEPS;

const STEPS = {
  rotation: ["createSecret", "setSecret", "testSecret", "finishSecret"],
  test: ["testSecret"],
} as const;

export interface StepJob {
  readonly place: Place;
  readonly name: string;
  readonly run: Run;
  readonly step: number;
}

export type StepResult =
  | { readonly succeeded: true }
  | { readonly succeeded: false; readonly reason: string };

/** Begins a run, or begins it anew, and stores the secret. */
export function beginRun(
  tx: WriteTx,
  place: Place,
  secret: Secret & { readonly rotation: Rotation },
  { kind, versionId }: Pick<Run, "kind" | "versionId">,
): Secret {
  const before = secret.rotation.run;
  const attempt = before?.versionId === versionId ? before.attempt + 1 : 1;
  const token = before?.versionId === versionId ? before.token : tx.random.uuid();
  const run: Run = { kind, versionId, token, attempt, isAbandoned: false };
  const prepared = versions.get(tx, versionKey(place, secret.name, versionId))
    ? secret
    : withPendingVersion(tx, place, secret, run);
  const stages = withLabels(prepared.stages, versionId, [PENDING]);
  const rotation = { ...secret.rotation, run };
  addStep(tx, secret, { place, name: secret.name, run, step: 0 });
  return saveSecret(tx, place, { ...prepared, stages, rotation });
}

/** A test has the current value to look at; a rotation makes one of its own. */
function withPendingVersion(tx: WriteTx, place: Place, secret: Secret, run: Run): Secret {
  const { name } = secret;
  const { kind, versionId } = run;
  const current = versionAt(secret.stages, CURRENT);
  const value = current && versions.get(tx, versionKey(place, name, current))?.value;
  if (kind === "rotation" || current === undefined || !value) {
    addEmptyVersion(tx, place, secret, versionId);
    return secret;
  }
  const copy = openValue(tx, { place, name, versionId: current }, value);
  return addVersion(tx, place, secret, { versionId, value: copy, labels: [PENDING] });
}

/** The run that a job belongs to, unless it has been overtaken. */
export function currentRun(
  tx: Pick<WriteTx, "nowMs" | "get" | "range">,
  { place, name, run }: StepJob,
): (Secret & { readonly rotation: Rotation }) | undefined {
  const secret = secrets.get(tx, secretKey(place, name));
  const present = secret?.rotation?.run;
  const isSame =
    present?.token === run.token && present.attempt === run.attempt && !present.isAbandoned;
  return isSame && secret?.deletionMs === undefined ? withRotation(secret) : undefined;
}

/** A secret that has rotation configured. */
export function withRotation(
  secret: Secret | undefined,
): (Secret & { readonly rotation: Rotation }) | undefined {
  const { rotation } = secret ?? {};
  return secret && rotation && { ...secret, rotation };
}

export function stepName({ run, step }: StepJob): string {
  return STEPS[run.kind][step] ?? "";
}

/** What follows from a step. Returns what the operator shall read. */
export function afterStep(tx: WriteTx, job: StepJob, result: StepResult): readonly string[] {
  const secret = currentRun(tx, job);
  if (secret === undefined) {
    return [];
  }
  const { place, run, step } = job;
  if (result.succeeded && step + 1 < STEPS[run.kind].length) {
    addStep(tx, secret, { ...job, step: step + 1 });
    return [];
  }
  if (run.kind === "test") {
    saveSecret(tx, place, haltRun(tx, place, secret));
    return result.succeeded ? [] : [`${failureText(job, secret)}: ${result.reason}`];
  }
  if (!result.succeeded) {
    return afterFailure(tx, job, secret, result.reason);
  }
  if (versionAt(secret.stages, CURRENT) !== run.versionId) {
    return afterFailure(tx, job, secret, "it left AWSCURRENT where it was");
  }
  const rotation = { ...secret.rotation, run: undefined, rotatedMs: tx.nowMs, anchorMs: tx.nowMs };
  saveSecret(tx, place, armRotation(tx, place, { ...secret, rotation }));
  return [];
}

/** The secret with its run, if it has one, at rest: a test leaves nothing, a rotation can go on. */
export function haltRun(tx: WriteTx, place: Place, secret: Secret): Secret {
  const { rotation } = secret;
  if (rotation?.run === undefined) {
    return secret;
  }
  const { run } = rotation;
  if (run.kind === "rotation") {
    return { ...secret, rotation: { ...rotation, run: { ...run, isAbandoned: true } } };
  }
  versions.delete(tx, versionKey(place, secret.name, run.versionId));
  const stages = withoutLabel(secret.stages, PENDING);
  return { ...secret, stages, rotation: { ...rotation, run: undefined } };
}

function afterFailure(
  tx: WriteTx,
  job: StepJob,
  secret: Secret & { readonly rotation: Rotation },
  reason: string,
): readonly string[] {
  const { place, run } = job;
  const isAbandoned = run.attempt % ROTATION_ATTEMPTS_MAX === 0;
  const next: Run = isAbandoned
    ? { ...run, isAbandoned }
    : { ...run, attempt: run.attempt + 1, isAbandoned };
  const rotation = { ...secret.rotation, run: next };
  secrets.put(tx, secretKey(place, secret.name), { ...secret, rotation });
  const text = `${failureText(job, secret)}: ${reason}`;
  if (isAbandoned) {
    return [`${text}. The rotation is given up until the next one.`];
  }
  const delayMs = ROTATION_RETRY_MS_MIN * 2 ** ((run.attempt - 1) % ROTATION_ATTEMPTS_MAX);
  addStep(tx, secret, { ...job, run: next, step: 0 }, tx.nowMs + delayMs);
  return [text];
}

function failureText(job: StepJob, secret: Secret): string {
  return `The step ${stepName(job)} of the rotation of ${secretArn(job.place, secret)} failed`;
}

function addStep(tx: WriteTx, secret: Secret, job: StepJob, dueMs: number = tx.nowMs): void {
  addJob(tx, { kind: ROTATION_JOB, lane: secretArn(job.place, secret), dueMs, body: job });
}
