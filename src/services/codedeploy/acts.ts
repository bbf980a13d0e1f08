/**
 * What a deployment does outside of the store, as jobs of the outbox: it reads and moves the alias,
 * invokes hooks and looks at alarms, all by public operations. Done again after a crash, each comes
 * to the same end; a hook may be invoked twice, with the same execution id.
 */
import type { Caller } from "../../outbox/dispatcher.ts";
import type { Job, JobKind, Outcome } from "../../outbox/job.ts";
import type { Timer, WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { TimerHandler } from "../service.ts";
import { currentEvent, type Deployment, isOver } from "./deployment.ts";
import { deployments } from "./keys.ts";
import { LANE_CONCURRENCY_MAX } from "./limits.ts";
import type { CodeDeployPorts } from "./ports.ts";
import {
  type Act,
  type ActBody,
  ALARMS_TIMER,
  actSoon,
  DUE_TIMER,
  type Failure,
  fail,
  put,
  type Surroundings,
  shifted,
  start,
  stop,
  watchOn,
} from "./progress.ts";
import { nextWeight, WHOLE } from "./traffic.ts";

const ALARM_ACTIVE = "ALARM_ACTIVE";

/** Absent when all went well. */
interface Done {
  readonly failure?: Failure;
}

export function actJobs(ports: CodeDeployPorts): JobKind<ActBody, Done> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job),
    settle(tx, { body }, outcome) {
      const deployment = deployments.get(tx, body.key);
      if (outcome.kind !== "delivered" || deployment === undefined || isOver(deployment)) {
        return [];
      }
      follow(tx, ports, deployment, body.act, outcome.detail.failure);
      return [];
    },
  };
}

function follow(
  tx: WriteTx,
  around: Surroundings,
  deployment: Deployment,
  act: Act,
  failure: Failure | undefined,
): void {
  if (failure?.code === ALARM_ACTIVE) {
    stop(tx, around, deployment, { error: failure, event: "DEPLOYMENT_STOP_ON_ALARM" });
  } else if (act.kind === "alarms") {
    watchOn(tx, deployment);
  } else if (failure !== undefined) {
    fail(tx, around, deployment, failure);
  } else if (act.kind === "check") {
    start(tx, around, deployment);
  } else if (act.kind === "shift") {
    shifted(tx, around, deployment, act.weight);
  }
}

async function attempt(
  ports: CodeDeployPorts,
  { body }: Job<ActBody>,
): Promise<Outcome<ActBody, Done>> {
  const deployment = await ports.store.read((tx) => deployments.get(tx, body.key));
  if (deployment === undefined || isOver(deployment)) {
    return { kind: "dropped", because: "the deployment is over" };
  }
  try {
    const failure = await perform(ports, deployment, body.act);
    return { kind: "delivered", detail: failure === undefined ? {} : { failure } };
  } catch (error) {
    if (error instanceof AwsError) {
      return { kind: "delivered", detail: { failure: failureOf(body.act, error) } };
    }
    throw error;
  }
}

function perform(
  ports: CodeDeployPorts,
  deployment: Deployment,
  act: Act,
): Promise<Failure | undefined> {
  switch (act.kind) {
    case "check":
      return check(ports, deployment);
    case "hook":
      return invokeHook(ports, deployment, act);
    case "shift":
      return shift(ports, deployment, act.weight);
    case "alarms":
      return soundingAlarms(ports, deployment);
  }
}

function callerOf({ accountId, region }: Deployment): Caller {
  return { accountId, region };
}

/** Source of the words: https://github.com/aws/serverless-application-model/issues/291 */
const INVALID =
  "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration.";

function failureOf(act: Act, { message }: AwsError): Failure {
  if (act.kind === "hook") {
    return {
      code: "HOOK_EXECUTION_FAILURE",
      message: `The deployment failed because the function of the ${act.event} lifecycle event could not be invoked. ${message}`,
    };
  }
  return act.kind === "alarms"
    ? { code: ALARM_ACTIVE, message: `The state of alarms could not be retrieved. ${message}` }
    : { code: "INVALID_LAMBDA_CONFIGURATION", message: `${INVALID} ${message}` };
}

async function check(ports: CodeDeployPorts, deployment: Deployment): Promise<Failure | undefined> {
  const { functionName, alias, currentVersion, targetVersion } = deployment.spec;
  const code = "INVALID_LAMBDA_CONFIGURATION";
  const { FunctionVersion } = await ports.dispatcher.call(
    callerOf(deployment),
    "lambda",
    "GetAlias",
    {
      FunctionName: functionName,
      Name: alias,
    },
  );
  if (FunctionVersion !== currentVersion) {
    const what = "The Lambda function alias version does not match the current version in AppSpec";
    return { code, message: `${INVALID} ${what} file.` };
  }
  // https://github.com/terraform-aws-modules/terraform-aws-lambda/issues/82
  if (targetVersion === currentVersion) {
    return { code, message: INVALID };
  }
  await ports.dispatcher.call(callerOf(deployment), "lambda", "GetFunctionConfiguration", {
    FunctionName: functionName,
    Qualifier: targetVersion,
  });
  return soundingAlarms(ports, deployment);
}

async function invokeHook(
  { dispatcher }: CodeDeployPorts,
  deployment: Deployment,
  { event, hookId }: Extract<Act, { kind: "hook" }>,
): Promise<undefined> {
  await dispatcher.call(callerOf(deployment), "lambda", "Invoke", {
    FunctionName: deployment.spec.hooks[event] ?? "",
    InvocationType: "Event",
    Payload: Buffer.from(
      JSON.stringify({ DeploymentId: deployment.id, LifecycleEventHookExecutionId: hookId }),
    ),
  });
}

async function shift(
  { dispatcher }: CodeDeployPorts,
  deployment: Deployment,
  weight: number,
): Promise<undefined> {
  const { functionName, alias, currentVersion, targetVersion } = deployment.spec;
  const isWhole = weight === WHOLE;
  await dispatcher.call(callerOf(deployment), "lambda", "UpdateAlias", {
    FunctionName: functionName,
    Name: alias,
    FunctionVersion: isWhole ? targetVersion : currentVersion,
    RoutingConfig: {
      AdditionalVersionWeights: isWhole ? {} : { [targetVersion]: weight / WHOLE },
    },
  });
}

/** An alarm that does not exist sounds as little as one with too few data. */
async function soundingAlarms(
  { dispatcher }: CodeDeployPorts,
  deployment: Deployment,
): Promise<Failure | undefined> {
  const { alarms, ignoresAlarmFailure } = deployment;
  if (alarms.length === 0) {
    return undefined;
  }
  const caller = callerOf(deployment);
  const input = { AlarmNames: alarms, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] } as const;
  const answer = await dispatcher
    .call(caller, "cloudwatch", "DescribeAlarms", input)
    .catch((error: unknown) => {
      if (ignoresAlarmFailure && error instanceof AwsError) {
        return { MetricAlarms: [], CompositeAlarms: [] };
      }
      throw error;
    });
  const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
  const sounding = found.filter(({ StateValue }) => StateValue === "ALARM");
  if (sounding.length === 0) {
    return undefined;
  }
  const names = sounding.map(({ AlarmName }) => AlarmName).join(", ");
  return {
    code: ALARM_ACTIVE,
    message: `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <${names}>`,
  };
}

/** The next part of the traffic moves; a hook that has not answered has failed. */
export function timersOf(around: Surroundings): Readonly<Record<string, TimerHandler>> {
  const live = (tx: WriteTx, timer: Timer): Deployment | undefined => {
    const deployment = deployments.get(tx, timer.key);
    return deployment === undefined || isOver(deployment) ? undefined : deployment;
  };
  return {
    [DUE_TIMER]: (tx, timer) => {
      const deployment = live(tx, timer);
      if (deployment === undefined || deployment.dueMs !== timer.dueMs) {
        return;
      }
      const next = { ...deployment, dueMs: undefined };
      const event = currentEvent(next);
      if (event?.name === "AllowTraffic") {
        put(tx, next);
        actSoon(tx, next, { kind: "shift", weight: nextWeight(next.traffic, next.weight) });
      } else {
        fail(tx, around, next, {
          code: "TIMEOUT",
          message: `The deployment failed because the function of the ${event?.name} lifecycle event did not report its status within one hour.`,
        });
      }
    },
    [ALARMS_TIMER]: (tx, timer) => {
      const deployment = live(tx, timer);
      if (deployment !== undefined && deployment.alarmsDueMs === timer.dueMs) {
        put(tx, { ...deployment, alarmsDueMs: undefined });
        actSoon(tx, deployment, { kind: "alarms" });
      }
    },
  };
}
