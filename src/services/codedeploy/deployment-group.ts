/** Deployment groups: how deployments of an application to an alias go, and what stops them. */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  AlarmConfiguration,
  AutoRollbackConfiguration,
  CreateDeploymentGroupInput,
  DeploymentGroupInfo,
  LastDeploymentInfo,
  TriggerConfig,
} from "../../wire/models/codedeploy.gen.ts";
import { LAMBDA_PLATFORM } from "./application.ts";
import type { Deployment } from "./deployment.ts";
import {
  groupDoesNotExist,
  invalidAlarms,
  invalidDeploymentStyle,
  invalidTrigger,
  tooManyAlarms,
  tooManyTriggers,
} from "./errors.ts";
import { groupKey, groups, type Owner } from "./keys.ts";
import { ALARMS_MAX, TRIGGERS_MAX } from "./limits.ts";

export interface DeploymentGroup {
  readonly application: string;
  readonly name: string;
  readonly id: string;
  readonly configName: string;
  readonly roleArn: string;
  readonly alarms: AlarmConfiguration | undefined;
  readonly rollback: AutoRollbackConfiguration | undefined;
  readonly triggers: readonly TriggerConfig[];
  readonly lastSuccessful: LastDeployment | undefined;
  readonly lastAttempted: LastDeployment | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

interface LastDeployment {
  readonly id: string;
  readonly status: string;
  readonly createdMs: number;
  readonly completedMs: number | undefined;
}

/** What is about servers and containers. An empty list says nothing. */
const FOREIGN = [
  "autoScalingGroups",
  "blueGreenDeploymentConfiguration",
  "ec2TagFilters",
  "ec2TagSet",
  "ecsServices",
  "loadBalancerInfo",
  "onPremisesInstanceTagFilters",
  "onPremisesTagSet",
  "terminationHookEnabled",
] as const;

export type GroupSettings = Partial<
  Pick<
    CreateDeploymentGroupInput,
    | "alarmConfiguration"
    | "autoRollbackConfiguration"
    | "deploymentStyle"
    | "outdatedInstancesStrategy"
    | "triggerConfigurations"
    | (typeof FOREIGN)[number]
  >
>;

export function requireGroup(
  tx: ReadTx,
  owner: Owner,
  of: { readonly application: string; readonly group: string },
): DeploymentGroup {
  const group = groups.get(tx, groupKey(owner, of));
  if (group === undefined) {
    throw groupDoesNotExist(of.group);
  }
  return group;
}

/** Throws for settings that AWS refuses, and for those of other platforms. */
export function checkGroupSettings(operation: string, input: GroupSettings): void {
  const foreign = FOREIGN.find((name) => says(input[name]));
  if (foreign !== undefined) {
    throw notSupported(operation, foreign);
  }
  const { deploymentType = "BLUE_GREEN", deploymentOption = "WITH_TRAFFIC_CONTROL" } =
    input.deploymentStyle ?? {};
  if (deploymentType !== "BLUE_GREEN" || deploymentOption !== "WITH_TRAFFIC_CONTROL") {
    throw invalidDeploymentStyle();
  }
  checkAlarms(input.alarmConfiguration);
  checkTriggers(input.triggerConfigurations ?? []);
}

function says(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AlarmConfiguration.html */
export function checkAlarms(alarms: AlarmConfiguration | undefined): void {
  const names = (alarms?.alarms ?? []).map(({ name }) => name ?? "");
  if (names.length > ALARMS_MAX) {
    throw tooManyAlarms();
  }
  if (names.some((name) => name === "" || name.length > 255)) {
    throw invalidAlarms("The alarm name must have between 1 and 255 characters");
  }
  if (new Set(names).size < names.length) {
    throw invalidAlarms("Two alarms with the same name have been specified");
  }
  if (alarms?.enabled === true && names.length === 0) {
    throw invalidAlarms("The alarm configuration is enabled, but the alarm list is empty");
  }
}

function checkTriggers(triggers: readonly TriggerConfig[]): void {
  if (triggers.length > TRIGGERS_MAX) {
    throw tooManyTriggers();
  }
  for (const { triggerName, triggerTargetArn, triggerEvents = [] } of triggers) {
    if (!triggerName || !triggerTargetArn?.startsWith("arn:") || triggerEvents.length === 0) {
      throw invalidTrigger("The trigger was specified in an invalid format");
    }
  }
}

/** The names of alarms that stop a deployment. */
export function watchedAlarms(alarms: AlarmConfiguration | undefined): readonly string[] {
  return alarms?.enabled === true ? (alarms.alarms ?? []).map(({ name }) => name ?? "") : [];
}

export function lastOf(deployment: Deployment): LastDeployment {
  const { id, status, createdMs, completedMs } = deployment;
  return { id, status, createdMs, completedMs };
}

export function describeGroup(group: DeploymentGroup): DeploymentGroupInfo {
  const { lastSuccessful, lastAttempted } = group;
  return {
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: group.configName,
    ec2TagFilters: [],
    onPremisesInstanceTagFilters: [],
    autoScalingGroups: [],
    serviceRoleArn: group.roleArn,
    triggerConfigurations: group.triggers,
    ...(group.alarms !== undefined && { alarmConfiguration: group.alarms }),
    ...(group.rollback !== undefined && { autoRollbackConfiguration: group.rollback }),
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    computePlatform: LAMBDA_PLATFORM,
    ...(lastSuccessful && { lastSuccessfulDeployment: describeLast(lastSuccessful) }),
    ...(lastAttempted && { lastAttemptedDeployment: describeLast(lastAttempted) }),
  };
}

function describeLast({ id, status, createdMs, completedMs }: LastDeployment): LastDeploymentInfo {
  return {
    deploymentId: id,
    status,
    createTime: new Date(createdMs),
    ...(completedMs !== undefined && { endTime: new Date(completedMs) }),
  };
}
