/** Deployments of a function's alias, with the real Lambda, on one clock. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";
import { ZIP } from "../../testing/lambda-fixture.ts";
import type { Input } from "../../wire/operations.ts";

const MINUTE_MS = 60_000;
const ALL_EVENTS = [
  "DEPLOYMENT_FAILURE",
  "DEPLOYMENT_STOP_ON_ALARM",
  "DEPLOYMENT_STOP_ON_REQUEST",
] as const;
const ROLE = "arn:aws:iam::000000000000:role/deploy";

let cloud: CloudFixture;
beforeEach(async () => {
  cloud = await createCloudFixture();
  for (const FunctionName of ["orders", "before", "after"]) {
    await cloud.call("lambda", "CreateFunction", {
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
      Publish: true,
    });
  }
  await cloud.call("lambda", "CreateAlias", {
    FunctionName: "orders",
    Name: "live",
    FunctionVersion: "1",
  });
  await cloud.call("lambda", "UpdateFunctionConfiguration", {
    FunctionName: "orders",
    MemorySize: 256,
  });
  await cloud.call("lambda", "PublishVersion", { FunctionName: "orders" });
  await cloud.call("codedeploy", "CreateApplication", {
    applicationName: "shop",
    computePlatform: "Lambda",
  });
});
afterEach(() => cloud.stop());

function group(
  deploymentConfigName: string,
  more: Partial<Input<"codedeploy", "CreateDeploymentGroup">> = {},
) {
  return cloud.call("codedeploy", "CreateDeploymentGroup", {
    applicationName: "shop",
    deploymentGroupName: "orders",
    deploymentConfigName: `CodeDeployDefault.Lambda${deploymentConfigName}`,
    serviceRoleArn: ROLE,
    autoRollbackConfiguration: { enabled: true, events: ALL_EVENTS },
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    ...more,
  });
}

const spec = (hooks = "", current = 1, target = 2): string => `version: 0.0
Resources:
  - orders:
      Type: AWS::Lambda::Function
      Properties: {Name: orders, Alias: live, CurrentVersion: ${current}, TargetVersion: "${target}"}
${hooks}`;

async function deploy(content: string = spec()): Promise<string> {
  const { deploymentId = "" } = await cloud.call("codedeploy", "CreateDeployment", {
    applicationName: "shop",
    deploymentGroupName: "orders",
    revision: { revisionType: "AppSpecContent", appSpecContent: { content } },
  });
  await cloud.advance(0);
  return deploymentId;
}

async function traffic(): Promise<string> {
  const alias = await cloud.call("lambda", "GetAlias", { FunctionName: "orders", Name: "live" });
  const weights = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return [alias.FunctionVersion, ...weights.map(([name, weight]) => `${name}:${weight}`)].join(" ");
}

async function info(deploymentId: string) {
  const answer = await cloud.call("codedeploy", "GetDeployment", { deploymentId });
  return answer.deploymentInfo ?? {};
}

async function events(deploymentId: string): Promise<readonly string[]> {
  const { deploymentTarget } = await cloud.call("codedeploy", "GetDeploymentTarget", {
    deploymentId,
    targetId: "orders",
  });
  const list = deploymentTarget?.lambdaTarget?.lifecycleEvents ?? [];
  return list.map(({ lifecycleEventName, status }) => `${lifecycleEventName} ${status}`);
}

describe("traffic", () => {
  test("a canary moves a tenth, and the rest after its interval", async () => {
    await group("Canary10Percent5Minutes");
    const id = await deploy();
    expect([await traffic(), (await info(id)).status]).toEqual(["1 2:0.1", "InProgress"]);
    await cloud.advance(5 * MINUTE_MS - 1);
    expect(await traffic()).toBe("1 2:0.1");
    await cloud.advance(1);
    expect(await traffic()).toBe("2");
    expect(await info(id)).toMatchObject({
      status: "Succeeded",
      creator: "user",
      deploymentOverview: { Succeeded: 1, InProgress: 0 },
      computePlatform: "Lambda",
    });
    expect(await events(id)).toEqual([
      "BeforeAllowTraffic Succeeded",
      "AllowTraffic Succeeded",
      "AfterAllowTraffic Succeeded",
    ]);
  });

  test("linear shifts move a tenth in every interval", async () => {
    await group("Linear10PercentEvery1Minute");
    const id = await deploy();
    const seen = [await traffic()];
    for (let minute = 1; minute <= 9; minute += 1) {
      await cloud.advance(MINUTE_MS);
      seen.push(await traffic());
    }
    expect(seen.slice(0, 3)).toEqual(["1 2:0.1", "1 2:0.2", "1 2:0.3"]);
    expect([seen.at(-2), seen.at(-1), (await info(id)).status]).toEqual([
      "1 2:0.9",
      "2",
      "Succeeded",
    ]);
  });

  test("a configuration of one's own moves as it says", async () => {
    await cloud.call("codedeploy", "CreateDeploymentConfig", {
      deploymentConfigName: "thirds",
      computePlatform: "Lambda",
      trafficRoutingConfig: {
        type: "TimeBasedLinear",
        timeBasedLinear: { linearPercentage: 40, linearInterval: 2 },
      },
    });
    await group("AllAtOnce", { deploymentConfigName: "thirds" });
    await deploy();
    const seen = [await traffic()];
    for (const _ of [1, 2]) {
      await cloud.advance(2 * MINUTE_MS);
      seen.push(await traffic());
    }
    expect(seen).toEqual(["1 2:0.4", "1 2:0.8", "2"]);
    await expect(
      cloud.call("codedeploy", "DeleteDeploymentConfig", { deploymentConfigName: "thirds" }),
    ).rejects.toMatchObject({ code: "DeploymentConfigInUseException" });
  });

  test("all at once needs no time", async () => {
    await group("AllAtOnce");
    const id = await deploy();
    expect([await traffic(), (await info(id)).status]).toEqual(["2", "Succeeded"]);
  });
});

const HOOKS = `Hooks:
  - BeforeAllowTraffic: before
  - AfterAllowTraffic: after`;

async function answerHook(status: string): Promise<unknown> {
  const { invocation } = cloud.functions.calls.at(-1) ?? {};
  const event = JSON.parse(Buffer.from(invocation?.payload ?? []).toString());
  const answer = await cloud.call("codedeploy", "PutLifecycleEventHookExecutionStatus", {
    deploymentId: event.DeploymentId,
    lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
    status,
  });
  await cloud.advance(0);
  return answer;
}

const invoked = (): readonly string[] => cloud.functions.calls.map(({ spec: fn }) => fn.name);

describe("hooks", () => {
  test("traffic waits for one, the end for the other", async () => {
    await group("AllAtOnce");
    const id = await deploy(spec(HOOKS));
    expect([invoked(), await traffic()]).toEqual([["before"], "1"]);
    await cloud.advance(10 * MINUTE_MS);
    expect(await traffic()).toBe("1");
    await answerHook("Succeeded");
    expect([invoked(), await traffic()]).toEqual([["before", "after"], "2"]);
    expect((await info(id)).status).toBe("InProgress");
    await answerHook("Succeeded");
    expect((await info(id)).status).toBe("Succeeded");
    await expect(answerHook("Succeeded")).rejects.toMatchObject({
      code: "LifecycleEventAlreadyCompletedException",
    });
  });

  test("a failure before the traffic ends it, one behind takes it back", async () => {
    await group("AllAtOnce");
    const first = await deploy(spec(HOOKS));
    await answerHook("Failed");
    expect(await info(first)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
    });
    expect(await events(first)).toEqual([
      "BeforeAllowTraffic Failed",
      "AllowTraffic Skipped",
      "AfterAllowTraffic Skipped",
    ]);
    const second = await deploy(spec(HOOKS));
    await answerHook("Succeeded");
    expect(await traffic()).toBe("2");
    await answerHook("Failed");
    expect(await traffic()).toBe("1");
    const { status, rollbackInfo } = await info(second);
    expect(status).toBe("Failed");
    expect(await info(rollbackInfo?.rollbackDeploymentId ?? "")).toMatchObject({
      status: "Succeeded",
      creator: "codeDeployRollback",
      rollbackInfo: { rollbackTriggeringDeploymentId: second },
    });
  });

  test("one that does not answer within an hour has failed", async () => {
    await group("AllAtOnce");
    const id = await deploy(spec(HOOKS));
    await cloud.advance(60 * MINUTE_MS - 1);
    expect((await info(id)).status).toBe("InProgress");
    await cloud.advance(1);
    expect(await info(id)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "TIMEOUT" },
    });
  });

  test("one that does not exist fails the deployment", async () => {
    await group("AllAtOnce");
    const id = await deploy(spec("Hooks: [{BeforeAllowTraffic: nobody}]"));
    expect(await info(id)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
    });
  });

  test("answers that are none are refused", async () => {
    await group("AllAtOnce");
    const id = await deploy(spec(HOOKS));
    const refused = (lifecycleEventHookExecutionId: string, status: string) =>
      cloud
        .call("codedeploy", "PutLifecycleEventHookExecutionStatus", {
          deploymentId: id,
          lifecycleEventHookExecutionId,
          status,
        })
        .catch((error: { code: string }) => error.code);
    expect(await refused("x", "Succeeded")).toBe("InvalidLifecycleEventHookExecutionIdException");
    expect(await refused("x", "Skipped")).toBe("InvalidLifecycleEventHookExecutionStatusException");
  });
});

describe("what ends a deployment", () => {
  test("a stop takes the traffic back, unless it is told not to", async () => {
    await group("Canary10Percent5Minutes");
    const stop = async (deploymentId: string, autoRollbackEnabled?: boolean): Promise<string> => {
      const input = { deploymentId, autoRollbackEnabled };
      await cloud.call("codedeploy", "StopDeployment", input);
      await cloud.advance(0);
      return traffic();
    };
    const first = await deploy();
    expect(await stop(first)).toBe("1");
    expect(await info(first)).toMatchObject({
      status: "Stopped",
      errorInformation: { code: "MANUAL_STOP" },
    });
    await expect(stop(first)).rejects.toMatchObject({
      code: "DeploymentAlreadyCompletedException",
    });
    const second = await deploy();
    expect(await stop(second, false)).toBe("1 2:0.1");
    await cloud.advance(10 * MINUTE_MS);
    expect(await traffic()).toBe("1 2:0.1");
  });

  test("a version that the alias does not have fails it, and leaves the alias alone", async () => {
    await group("AllAtOnce");
    const id = await deploy(spec("", 2, 1));
    expect(await info(id)).toMatchObject({
      status: "Failed",
      errorInformation: {
        code: "INVALID_LAMBDA_CONFIGURATION",
        message: expect.stringContaining("does not match the current version in AppSpec file."),
      },
    });
    expect([await traffic(), (await info(id)).rollbackInfo]).toEqual(["1", undefined]);
    expect((await info(await deploy(spec("", 1, 7)))).status).toBe("Failed");
  });

  test("a group has one deployment at a time", async () => {
    await group("Canary10Percent5Minutes");
    const id = await deploy();
    await expect(deploy()).rejects.toMatchObject({
      code: "DeploymentLimitExceededException",
      message: `The Deployment Group 'orders' already has an active Deployment '${id}'`,
    });
  });
});

describe("alarms", () => {
  const alarms = [{ name: "errors" }];
  const sound = (StateValue: string) =>
    cloud.call("cloudwatch", "SetAlarmState", {
      AlarmName: "errors",
      StateValue,
      StateReason: "a test says so",
    });

  beforeEach(async () => {
    await cloud.call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "errors",
      Namespace: "shop",
      MetricName: "errors",
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
  });

  test("one that sounds stops the deployment and takes the traffic back", async () => {
    await group("Canary10Percent5Minutes", { alarmConfiguration: { enabled: true, alarms } });
    const id = await deploy();
    await cloud.advance(30_000);
    expect(await traffic()).toBe("1 2:0.1");
    await sound("ALARM");
    await cloud.advance(10_000);
    expect(await info(id)).toMatchObject({
      status: "Stopped",
      errorInformation: { code: "ALARM_ACTIVE", message: expect.stringContaining("<errors>") },
    });
    expect(await traffic()).toBe("1");
  });

  test("one that sounds beforehand lets nothing begin; where alarms are off, all goes on", async () => {
    await group("AllAtOnce", { alarmConfiguration: { enabled: true, alarms } });
    await sound("ALARM");
    expect([(await info(await deploy())).status, await traffic()]).toEqual(["Stopped", "1"]);
    await cloud.call("codedeploy", "UpdateDeploymentGroup", {
      applicationName: "shop",
      currentDeploymentGroupName: "orders",
      alarmConfiguration: { enabled: false, alarms },
    });
    expect([(await info(await deploy())).status, await traffic()]).toEqual(["Succeeded", "2"]);
  });

  test("configurations that are none are refused", async () => {
    const code = (alarmConfiguration: object): Promise<unknown> =>
      group("AllAtOnce", { alarmConfiguration }).catch((error: { code: string }) => error.code);
    expect(await code({ enabled: true, alarms: [] })).toBe("InvalidAlarmConfigException");
    expect(await code({ alarms: [...alarms, ...alarms] })).toBe("InvalidAlarmConfigException");
  });
});

test("triggers tell a topic, which tells a queue", async () => {
  const { TopicArn: triggerTargetArn = "" } = await cloud.call("sns", "CreateTopic", {
    Name: "deployments",
  });
  const { QueueUrl = "" } = await cloud.call("sqs", "CreateQueue", { QueueName: "told" });
  await cloud.call("sns", "Subscribe", {
    TopicArn: triggerTargetArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:told",
    Attributes: { RawMessageDelivery: "true" },
  });
  const triggerEvents = ["DeploymentStart", "DeploymentSuccess"];
  await group("AllAtOnce", {
    triggerConfigurations: [{ triggerName: "all", triggerTargetArn, triggerEvents }],
  });
  const id = await deploy();
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  const told = Messages.map(({ Body = "" }) => JSON.parse(Body)).sort((a, b) =>
    a.status < b.status ? -1 : 1,
  );
  expect(told).toMatchObject([
    { status: "INPROGRESS", deploymentId: id, completeTime: null },
    { status: "SUCCEEDED", eventTriggerName: "all", completeTime: "Thu Jan 01 00:00:00 UTC 2026" },
  ]);
});

test("deployments are listed newest first, by group and status", async () => {
  await group("AllAtOnce");
  const failed = await deploy(spec("", 2, 1));
  await cloud.advance(1);
  const succeeded = await deploy();
  const list = async (more: object): Promise<readonly string[] | undefined> =>
    (await cloud.call("codedeploy", "ListDeployments", more)).deployments;
  const of = { applicationName: "shop", deploymentGroupName: "orders" };
  expect(await list({})).toEqual([succeeded, failed]);
  expect(await list({ ...of, includeOnlyStatuses: ["Failed"] })).toEqual([failed]);
  await expect(list({ applicationName: "shop" })).rejects.toMatchObject({
    code: "DeploymentGroupNameRequiredException",
  });
  const { deploymentGroupInfo } = await cloud.call("codedeploy", "GetDeploymentGroup", of);
  expect(deploymentGroupInfo).toMatchObject({
    lastSuccessfulDeployment: { deploymentId: succeeded },
    lastAttemptedDeployment: { deploymentId: succeeded, status: "Succeeded" },
  });
  await cloud.call("codedeploy", "DeleteApplication", { applicationName: "shop" });
  expect(await list({})).toEqual([]);
});

test("revisions are refused for what is wrong with them", async () => {
  await group("AllAtOnce");
  const code = (content: string): Promise<string> =>
    deploy(content).catch((error: { code: string }) => error.code);
  expect(await code("{")).toBe("InvalidRevisionException");
  expect(await code("Resources: []")).toBe("InvalidRevisionException");
  expect(await code(spec("Hooks: [{AfterInstall: before}]"))).toBe("InvalidRevisionException");
  const content = spec();
  const sha256 = createHash("sha256").update(`${content} `).digest("hex");
  const deployed = cloud.call("codedeploy", "CreateDeployment", {
    applicationName: "shop",
    deploymentGroupName: "orders",
    revision: { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } },
  });
  await expect(deployed).rejects.toMatchObject({ code: "InvalidRevisionException" });
});

test("what is not Lambda's is refused by name", async () => {
  const app = { applicationName: "servers" };
  await expect(cloud.call("codedeploy", "CreateApplication", app)).rejects.toMatchObject({
    status: 501,
    message: "Millrace does not support the compute platform Server of CreateApplication.",
  });
  await expect(group("AllAtOnce", { autoScalingGroups: ["a"] })).rejects.toMatchObject({
    message: "Millrace does not support autoScalingGroups of CreateDeploymentGroup.",
  });
  await expect(
    group("AllAtOnce", { deploymentStyle: { deploymentType: "IN_PLACE" } }),
  ).rejects.toMatchObject({ code: "InvalidDeploymentStyleException" });
  await expect(group("OneAtATime")).rejects.toMatchObject({
    code: "DeploymentConfigDoesNotExistException",
  });
});
