/**
 * How a deployment goes on, each step in one transaction: what is to be done outside of the store
 * becomes a job (`acts.ts`), what is to happen later a timer.
 *
 * Invariants:
 * D1  Of a group one deployment is under way, or the one that takes it back.
 * D2  A deployment that is over changes no more, and has neither timer nor rollback outstanding.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
 */
import { addJob } from "../../outbox/job.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import type { HookName } from "./app-spec.ts";
import {
  currentEvent,
  type Deployment,
  EVENT_NAMES,
  type EventName,
  type LifecycleEvent,
  newDeploymentId,
} from "./deployment.ts";
import { ALL_AT_ONCE } from "./deployment-config.ts";
import { lastOf } from "./deployment-group.ts";
import { active, deployments, groupKey, groups, histories, historyKey, ownerKey } from "./keys.ts";
import { ALARM_INTERVAL_MS, HOOK_ANSWER_MS_MAX, MS_PER_MINUTE } from "./limits.ts";
import { nextWeight, WHOLE } from "./traffic.ts";
import { pullTriggers } from "./triggers.ts";

export const ACT_JOB = "codedeploy.act";
export const DUE_TIMER = "codedeploy.due";
export const ALARMS_TIMER = "codedeploy.alarms";

/** What is done outside of the store for a deployment. */
export type Act =
  /** Are alias and versions as the revision says? */
  | { readonly kind: "check" }
  | { readonly kind: "hook"; readonly event: HookName; readonly hookId: string }
  | { readonly kind: "shift"; readonly weight: number }
  | { readonly kind: "alarms" };

export interface ActBody {
  readonly key: readonly string[];
  readonly act: Act;
}

export interface Surroundings {
  readonly sinks: Sinks;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The lane is the alias: what is done for it is done in this order. */
export function actSoon(tx: WriteTx, deployment: Deployment, act: Act): void {
  const { accountId, region, spec } = deployment;
  const lane = `${accountId}/${region}/${spec.functionName}:${spec.alias}`;
  const body: ActBody = { key: keyOf(deployment), act };
  addJob(tx, { kind: ACT_JOB, lane, body });
}

function keyOf(deployment: Deployment): readonly string[] {
  return [deployment.accountId, deployment.region, deployment.id];
}

export function put(tx: WriteTx, deployment: Deployment): void {
  deployments.put(tx, [...ownerKey(deployment), deployment.id], deployment);
}

const PENDING: readonly LifecycleEvent[] = EVENT_NAMES.map((name) => ({ name, status: "Pending" }));

/** Takes up a deployment that a user asks for. */
export function register(
  tx: WriteTx,
  given: Omit<
    Deployment,
    | "alarmsDueMs"
    | "completedMs"
    | "createdMs"
    | "dueMs"
    | "error"
    | "events"
    | "id"
    | "rollbackId"
    | "shiftedMs"
    | "startedMs"
    | "status"
    | "weight"
  > & { readonly rollbackId?: string },
): Deployment {
  const deployment: Deployment = {
    ...given,
    id: newDeploymentId(tx),
    status: "Created",
    createdMs: tx.nowMs,
    startedMs: undefined,
    completedMs: undefined,
    weight: 0,
    shiftedMs: undefined,
    events: PENDING,
    dueMs: undefined,
    alarmsDueMs: undefined,
    error: undefined,
    rollbackId: given.rollbackId,
  };
  const { application, group, id } = deployment;
  put(tx, deployment);
  histories.put(tx, historyKey(deployment), { id, application, group });
  active.put(tx, groupKey(deployment, { application, group }), id);
  return deployment;
}

export function start(tx: WriteTx, around: Surroundings, deployment: Deployment): void {
  const started: Deployment = { ...deployment, status: "InProgress", startedMs: tx.nowMs };
  const { creator } = started;
  const event = creator === "codeDeployRollback" ? "DeploymentRollback" : "DeploymentStart";
  pullTriggers(tx, around.sinks, started, event);
  enter(tx, around, armAlarms(tx, started), "BeforeAllowTraffic");
}

function armAlarms(tx: WriteTx, deployment: Deployment): Deployment {
  if (deployment.alarms.length === 0) {
    return deployment;
  }
  const alarmsDueMs = tx.nowMs + ALARM_INTERVAL_MS;
  tx.after({ dueMs: alarmsDueMs, kind: ALARMS_TIMER, key: keyOf(deployment) });
  return { ...deployment, alarmsDueMs };
}

/** Alarms were quiet: they are looked at again. */
export function watchOn(tx: WriteTx, deployment: Deployment): void {
  put(tx, armAlarms(tx, deployment));
}

function enter(tx: WriteTx, around: Surroundings, deployment: Deployment, name: EventName): void {
  const begun = withEvent(deployment, name, { status: "InProgress", startedMs: tx.nowMs });
  if (name === "AllowTraffic") {
    put(tx, begun);
    actSoon(tx, begun, { kind: "shift", weight: nextWeight(begun.traffic, 0) });
    return;
  }
  if (begun.spec.hooks[name] === undefined) {
    leave(tx, around, begun);
    return;
  }
  const hookId = tx.random.uuid();
  put(tx, armed(tx, withEvent(begun, name, { hookId }), tx.nowMs + HOOK_ANSWER_MS_MAX));
  actSoon(tx, begun, { kind: "hook", event: name, hookId });
}

/** The event under way has succeeded; the next begins, or all is done. */
export function leave(tx: WriteTx, around: Surroundings, deployment: Deployment): void {
  const event = currentEvent(deployment);
  const left = disarmed(tx, ended(deployment, "Succeeded", tx.nowMs));
  const next = EVENT_NAMES[event === undefined ? 0 : EVENT_NAMES.indexOf(event.name) + 1];
  if (next === undefined) {
    finish(tx, around, { ...left, status: "Succeeded" }, "DeploymentSuccess");
  } else {
    enter(tx, around, left, next);
  }
}

/** A part of the traffic has moved. */
export function shifted(
  tx: WriteTx,
  around: Surroundings,
  deployment: Deployment,
  weight: number,
): void {
  const moved: Deployment = { ...deployment, weight, shiftedMs: tx.nowMs };
  if (weight === WHOLE || moved.traffic.kind === "all-at-once") {
    leave(tx, around, moved);
  } else {
    put(tx, armed(tx, moved, tx.nowMs + moved.traffic.minutes * MS_PER_MINUTE));
  }
}

export function fail(
  tx: WriteTx,
  around: Surroundings,
  deployment: Deployment,
  error: Failure,
): void {
  turnBack(tx, around, { ...deployment, status: "Failed", error }, "DEPLOYMENT_FAILURE");
}

/** By an alarm, or by request. */
export function stop(
  tx: WriteTx,
  around: Surroundings,
  deployment: Deployment,
  because: { readonly error: Failure; readonly event: string },
): void {
  turnBack(tx, around, { ...deployment, status: "Stopped", error: because.error }, because.event);
}

function turnBack(tx: WriteTx, around: Surroundings, deployment: Deployment, event: string): void {
  const trigger = deployment.status === "Stopped" ? "DeploymentStop" : "DeploymentFailure";
  const over = disarmed(tx, ended(deployment, "Failed", tx.nowMs));
  const skipped = over.events.map((one) =>
    one.status === "Pending" ? { ...one, status: "Skipped" as const } : one,
  );
  finish(tx, around, { ...over, events: skipped }, trigger);
  if (deployment.startedMs !== undefined && deployment.rollsBackOn.includes(event)) {
    rollBack(tx, around, { ...over, events: skipped, completedMs: tx.nowMs });
  }
}

/** A deployment of its own gives the alias the version that it had. */
function rollBack(tx: WriteTx, around: Surroundings, failed: Deployment): void {
  const { currentVersion, targetVersion } = failed.spec;
  const back = register(tx, {
    ...failed,
    description: undefined,
    configName: ALL_AT_ONCE,
    traffic: { kind: "all-at-once" },
    spec: {
      ...failed.spec,
      currentVersion: targetVersion,
      targetVersion: currentVersion,
      hooks: {},
    },
    creator: "codeDeployRollback",
    alarms: [],
    rollsBackOn: [],
    rollbackId: failed.id,
  });
  put(tx, { ...failed, rollbackId: back.id });
  start(tx, around, back);
}

function finish(
  tx: WriteTx,
  around: Surroundings,
  deployment: Deployment,
  event: Parameters<typeof pullTriggers>[3],
): void {
  const over = { ...withoutTimers(tx, deployment), completedMs: tx.nowMs };
  const key = groupKey(over, over);
  put(tx, over);
  active.delete(tx, key);
  const group = groups.get(tx, key);
  if (group !== undefined) {
    const last = lastOf(over);
    const lastSuccessful = over.status === "Succeeded" ? last : group.lastSuccessful;
    groups.put(tx, key, { ...group, lastAttempted: last, lastSuccessful });
  }
  pullTriggers(tx, around.sinks, over, event);
}

function withoutTimers(tx: WriteTx, deployment: Deployment): Deployment {
  const { alarmsDueMs } = deployment;
  if (alarmsDueMs !== undefined) {
    tx.cancel({ dueMs: alarmsDueMs, kind: ALARMS_TIMER, key: keyOf(deployment) });
  }
  return { ...disarmed(tx, deployment), alarmsDueMs: undefined };
}

function armed(tx: WriteTx, deployment: Deployment, dueMs: number): Deployment {
  tx.after({ dueMs, kind: DUE_TIMER, key: keyOf(deployment) });
  return { ...deployment, dueMs };
}

function disarmed(tx: WriteTx, deployment: Deployment): Deployment {
  if (deployment.dueMs !== undefined) {
    tx.cancel({ dueMs: deployment.dueMs, kind: DUE_TIMER, key: keyOf(deployment) });
  }
  return { ...deployment, dueMs: undefined };
}

function ended(
  deployment: Deployment,
  status: "Succeeded" | "Failed",
  endedMs: number,
): Deployment {
  const event = currentEvent(deployment);
  return event === undefined ? deployment : withEvent(deployment, event.name, { status, endedMs });
}

function withEvent(
  deployment: Deployment,
  name: EventName,
  change: Partial<LifecycleEvent>,
): Deployment {
  const events = deployment.events.map((event) =>
    event.name === name ? { ...event, ...change } : event,
  );
  return { ...deployment, events };
}
