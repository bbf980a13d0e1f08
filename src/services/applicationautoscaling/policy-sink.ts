/**
 * Where alarms tell scaling policies of their state: in the transaction of the evaluation a job is
 * written that scales. Alarms that a policy does not have cannot start it.
 */
import type { Arn } from "../../base/arn.ts";
import { isJsonObject, parseJsonObject } from "../../base/json.ts";
import { ACCEPTED, type Acceptance, type Sink } from "../../outbox/sink.ts";
import type { ReadTx } from "../../store/store.ts";
import { nameOf, type Owner, ownerKey, targetKey } from "./keys.ts";
import { type Policy, type PolicyAlarm, policies } from "./policy.ts";
import { refreshAlarms } from "./policy-alarms.ts";
import { trackSoon } from "./scaler.ts";
import { DIMENSIONS, type Target, targets } from "./target.ts";
import type { Direction } from "./tracking.ts";

export const policySink: Sink = {
  accept(tx, arn, { payload }) {
    const owner = { accountId: arn.accountId, region: arn.region };
    const policy = policyOf(tx, owner, arn);
    if (policy === undefined) {
      return refused("ObjectNotFoundException", `There is no scaling policy ${arn.resource}.`);
    }
    const told = toldOf(payload);
    const role = policy.alarms?.find(({ name }) => name === told.alarmName)?.role;
    const target = targets.get(tx, targetKey(owner, policy));
    if (role === undefined || target === undefined) {
      return refused(
        "ValidationException",
        `${told.alarmName} is not an alarm of the target tracking policy ${policy.name}.`,
      );
    }
    const direction = directionOf(role);
    if (direction === undefined) {
      refreshAlarms(tx, owner, policy);
      return ACCEPTED;
    }
    const [first, ...others] = told.datapoints;
    if (first !== undefined && mayScale(policy, target, direction)) {
      const value = Math.max(first, ...others);
      trackSoon(tx, owner, { target, policy, direction, value, alarmName: told.alarmName });
    }
    return ACCEPTED;
  },
};

function refused(code: string, message: string): Acceptance {
  return { accepted: false, code, message };
}

function directionOf(role: PolicyAlarm["role"]): Direction | undefined {
  return role === "AlarmHigh" ? "out" : role === "AlarmLow" ? "in" : undefined;
}

function mayScale({ tracking }: Policy, { suspended }: Target, direction: Direction): boolean {
  return direction === "out"
    ? suspended.DynamicScalingOutSuspended !== true
    : suspended.DynamicScalingInSuspended !== true && tracking.DisableScaleIn !== true;
}

/** An ARN does not say the dimension: there are few. */
function policyOf(tx: ReadTx, owner: Owner, { resource }: Arn): Policy | undefined {
  const [, id, namespace = "", resourceId = "", name = ""] =
    /^scalingPolicy:([^:]+):resource\/([^/]+)\/(.+):policyName\/(.+)$/.exec(resource) ?? [];
  return Object.keys(DIMENSIONS)
    .map((dimension) => ({ namespace, resourceId, dimension }))
    .map((target) => policies.get(tx, [...ownerKey(owner), nameOf(target, name)]))
    .find((policy) => policy?.id === id);
}

interface Told {
  readonly alarmName: string;
  readonly datapoints: readonly number[];
}

function toldOf(payload: string): Told {
  const data = memberOf(parseJsonObject(payload), "alarmData");
  const reason = memberOf(data, "state")?.["reasonData"];
  const points = parseJsonObject(String(reason))?.["recentDatapoints"];
  return {
    alarmName: String(data?.["alarmName"]),
    datapoints: Array.isArray(points) ? points.filter((point) => typeof point === "number") : [],
  };
}

function memberOf(object: Readonly<Record<string, unknown>> | undefined, name: string) {
  const member = object?.[name];
  return isJsonObject(member) ? member : undefined;
}
