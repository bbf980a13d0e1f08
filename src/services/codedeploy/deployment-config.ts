/**
 * Deployment configurations: how much traffic moves, and how often. Those of AWS for Lambda are
 * always there.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
import type { ReadTx } from "../../store/store.ts";
import type {
  CreateDeploymentConfigInput,
  DeploymentConfigInfo,
  TrafficRoutingConfig,
} from "../../wire/models/codedeploy.gen.ts";
import { LAMBDA_PLATFORM } from "./application.ts";
import { configDoesNotExist, invalidConfigName, invalidTrafficRouting } from "./errors.ts";
import { configs, type Owner, ownerKey } from "./keys.ts";
import { SHIFT_MINUTES_MAX } from "./limits.ts";
import type { Traffic } from "./traffic.ts";

export interface DeploymentConfig {
  readonly name: string;
  readonly id: string;
  readonly createdMs: number;
  readonly traffic: Traffic;
}

const PREFIX = "CodeDeployDefault.";
export const ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce";
const TENTH = 10;
const WHOLE = 100;

const CANARIES = [5, 10, 15, 30].map((minutes) =>
  predefined(`LambdaCanary10Percent${minutes}Minutes`, {
    kind: "canary",
    percentage: TENTH,
    minutes,
  }),
);
const LINEARS = [1, 2, 3, 10].map((minutes) =>
  predefined(`LambdaLinear10PercentEvery${minutes}Minute${minutes === 1 ? "" : "s"}`, {
    kind: "linear",
    percentage: TENTH,
    minutes,
  }),
);

export const PREDEFINED: ReadonlyMap<string, DeploymentConfig> = new Map(
  [...CANARIES, ...LINEARS, predefined("LambdaAllAtOnce", { kind: "all-at-once" })].map(
    (config) => [config.name, config],
  ),
);

function predefined(name: string, traffic: Traffic): DeploymentConfig {
  return {
    name: `${PREFIX}${name}`,
    id: `00000000-0000-0000-0000-${name.slice(-12)}`,
    createdMs: 0,
    traffic,
  };
}

export function requireConfig(tx: ReadTx, owner: Owner, name: string): DeploymentConfig {
  const config = PREDEFINED.get(name) ?? configs.get(tx, [...ownerKey(owner), name]);
  if (config === undefined) {
    throw configDoesNotExist(name);
  }
  return config;
}

export function requireOwnName(name: string): void {
  if (name.startsWith(PREFIX)) {
    throw invalidConfigName(
      `The deployment configuration name ${name} is invalid: ${PREFIX} is reserved`,
    );
  }
}

export function trafficOf(routing: CreateDeploymentConfigInput["trafficRoutingConfig"]): Traffic {
  switch (routing?.type) {
    case "AllAtOnce":
      return { kind: "all-at-once" };
    case "TimeBasedCanary": {
      const { canaryPercentage, canaryInterval } = routing.timeBasedCanary ?? {};
      return checked("canary", canaryPercentage, canaryInterval);
    }
    case "TimeBasedLinear": {
      const { linearPercentage, linearInterval } = routing.timeBasedLinear ?? {};
      return checked("linear", linearPercentage, linearInterval);
    }
    default:
      throw invalidTrafficRouting("Traffic routing configuration is missing its type");
  }
}

function checked(
  kind: "canary" | "linear",
  percentage: number | undefined,
  minutes: number | undefined,
): Traffic {
  if (percentage === undefined || percentage < 1 || percentage >= WHOLE) {
    throw invalidTrafficRouting("The percentage of traffic must be between 1 and 99");
  }
  if (minutes === undefined || minutes < 1) {
    throw invalidTrafficRouting("The interval must be at least 1 minute");
  }
  const steps = kind === "canary" ? 1 : Math.ceil(WHOLE / percentage) - 1;
  if (steps * minutes > SHIFT_MINUTES_MAX) {
    throw invalidTrafficRouting(`Traffic must have shifted within ${SHIFT_MINUTES_MAX} minutes`);
  }
  return { kind, percentage, minutes };
}

export function describeConfig({
  name,
  id,
  createdMs,
  traffic,
}: DeploymentConfig): DeploymentConfigInfo {
  return {
    deploymentConfigId: id,
    deploymentConfigName: name,
    createTime: new Date(createdMs),
    computePlatform: LAMBDA_PLATFORM,
    trafficRoutingConfig: describeTraffic(traffic),
  };
}

function describeTraffic(traffic: Traffic): TrafficRoutingConfig {
  switch (traffic.kind) {
    case "all-at-once":
      return { type: "AllAtOnce" };
    case "canary":
      return {
        type: "TimeBasedCanary",
        timeBasedCanary: {
          canaryPercentage: traffic.percentage,
          canaryInterval: traffic.minutes,
        },
      };
    case "linear":
      return {
        type: "TimeBasedLinear",
        timeBasedLinear: {
          linearPercentage: traffic.percentage,
          linearInterval: traffic.minutes,
        },
      };
  }
}
