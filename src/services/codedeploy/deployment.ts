/** One deployment: an alias on its way from one version of its function to another. */
import { formatArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type {
  DeploymentInfo,
  DeploymentTarget,
  LifecycleEvent as DescribedEvent,
  RevisionLocation,
} from "../../wire/models/codedeploy.gen.ts";
import type { AppSpec } from "./app-spec.ts";
import { LAMBDA_PLATFORM } from "./application.ts";
import { deploymentDoesNotExist } from "./errors.ts";
import { deployments, type Owner, ownerKey } from "./keys.ts";
import type { Traffic } from "./traffic.ts";

/** What happens to it, in this order. */
export const EVENT_NAMES = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"] as const;
export type EventName = (typeof EVENT_NAMES)[number];

export type DeploymentStatus = "Created" | "InProgress" | "Succeeded" | "Failed" | "Stopped";
type EventStatus = "Pending" | "InProgress" | "Succeeded" | "Failed" | "Skipped";

export interface LifecycleEvent {
  readonly name: EventName;
  readonly status: EventStatus;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** What the function of a hook answers with. */
  readonly hookId?: string;
}

export interface Deployment extends Owner {
  readonly id: string;
  readonly application: string;
  readonly group: string;
  readonly configName: string;
  readonly traffic: Traffic;
  readonly description: string | undefined;
  readonly revision: RevisionLocation;
  readonly spec: AppSpec;
  readonly creator: "user" | "codeDeployRollback";
  readonly status: DeploymentStatus;
  readonly createdMs: number;
  readonly startedMs: number | undefined;
  readonly completedMs: number | undefined;
  /** The target version's share of the traffic, in percent. */
  readonly weight: number;
  readonly shiftedMs: number | undefined;
  readonly events: readonly LifecycleEvent[];
  /** When the next part of the traffic moves, or a hook has failed. */
  readonly dueMs: number | undefined;
  readonly alarmsDueMs: number | undefined;
  /** Alarms that stop it, and whether it goes on when they cannot be read. */
  readonly alarms: readonly string[];
  readonly ignoresAlarmFailure: boolean;
  /** Of `DEPLOYMENT_FAILURE` and the like: what takes the traffic back. */
  readonly rollsBackOn: readonly string[];
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The deployment that took this one back, or that this one takes back. */
  readonly rollbackId: string | undefined;
}

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const ID_LENGTH = 9;

/** `d-1A2B3C4D5` */
export function newDeploymentId(tx: WriteTx): string {
  const letters = Array.from(
    { length: ID_LENGTH },
    () => ID_LETTERS[Math.floor(tx.random.next() * ID_LETTERS.length)],
  );
  return `d-${letters.join("")}`;
}

export function requireDeployment(tx: ReadTx, owner: Owner, id: string): Deployment {
  const deployment = deployments.get(tx, [...ownerKey(owner), id]);
  if (deployment === undefined) {
    throw deploymentDoesNotExist(id);
  }
  return deployment;
}

export function isOver({ status }: Deployment): boolean {
  return status === "Succeeded" || status === "Failed" || status === "Stopped";
}

/** What it does now; `undefined` before it begins and when it is over. */
export function currentEvent(deployment: Deployment): LifecycleEvent | undefined {
  return deployment.events.find(({ status }) => status === "InProgress");
}

export function describeDeployment(deployment: Deployment): DeploymentInfo {
  const { status, startedMs, completedMs, description, error, rollsBackOn } = deployment;
  const count = (of: readonly DeploymentInfo["status"][]): number => (of.includes(status) ? 1 : 0);
  return {
    applicationName: deployment.application,
    deploymentGroupName: deployment.group,
    deploymentConfigName: deployment.configName,
    deploymentId: deployment.id,
    revision: deployment.revision,
    status,
    ...(error !== undefined && { errorInformation: error }),
    createTime: new Date(deployment.createdMs),
    ...(startedMs !== undefined && { startTime: new Date(startedMs) }),
    ...(completedMs !== undefined && { completeTime: new Date(completedMs) }),
    deploymentOverview: {
      Pending: count(["Created"]),
      InProgress: count(["InProgress"]),
      Succeeded: count(["Succeeded"]),
      Failed: count(["Failed"]),
      Skipped: count(["Stopped"]),
      Ready: 0,
    },
    ...(description !== undefined && { description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: { enabled: rollsBackOn.length > 0, events: rollsBackOn },
    updateOutdatedInstancesOnly: false,
    ...rollbackOf(deployment),
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    instanceTerminationWaitTimeStarted: false,
    fileExistsBehavior: "DISALLOW",
    deploymentStatusMessages: [],
    computePlatform: LAMBDA_PLATFORM,
  };
}

function rollbackOf({ rollbackId, creator, id }: Deployment): Pick<DeploymentInfo, "rollbackInfo"> {
  if (rollbackId === undefined) {
    return {};
  }
  return creator === "codeDeployRollback"
    ? {
        rollbackInfo: {
          rollbackTriggeringDeploymentId: rollbackId,
          rollbackMessage: `Deployment ${id} rolls back deployment ${rollbackId}`,
        },
      }
    : {
        rollbackInfo: {
          rollbackDeploymentId: rollbackId,
          rollbackMessage: `Deployment ${id} is rolled back by deployment ${rollbackId}`,
        },
      };
}

/** The one target of a deployment is known by the name of its function. */
export function describeTarget(deployment: Deployment): DeploymentTarget {
  const { spec, status, shiftedMs, region, accountId } = deployment;
  const { functionName, alias } = spec;
  const lastMs = shiftedMs ?? deployment.startedMs ?? deployment.createdMs;
  const states = { Created: "Pending", Stopped: "Skipped" } as const;
  return {
    deploymentTargetType: "LambdaTarget",
    lambdaTarget: {
      deploymentId: deployment.id,
      targetId: functionName,
      targetArn: formatArn({
        service: "lambda",
        region,
        accountId,
        resource: `function:${functionName}:${alias}`,
      }),
      status: status === "Created" || status === "Stopped" ? states[status] : status,
      lastUpdatedAt: new Date(lastMs),
      lifecycleEvents: deployment.events.map(describeEvent),
      lambdaFunctionInfo: {
        functionName,
        functionAlias: alias,
        currentVersion: spec.currentVersion,
        targetVersion: spec.targetVersion,
        targetVersionWeight: deployment.weight,
      },
    },
  };
}

function describeEvent({ name, status, startedMs, endedMs }: LifecycleEvent): DescribedEvent {
  return {
    lifecycleEventName: name,
    status,
    ...(startedMs !== undefined && { startTime: new Date(startedMs) }),
    ...(endedMs !== undefined && { endTime: new Date(endedMs) }),
  };
}
