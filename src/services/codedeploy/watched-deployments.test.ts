/** What stops deployments from outside, and who is told of them. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CloudFixture } from "../../testing/cloud-fixture.ts";
import {
  createDeploymentFixture,
  type DeploymentFixture,
  spec,
} from "../../testing/codedeploy-fixture.ts";

let fixture: DeploymentFixture;
let cloud: CloudFixture;
beforeEach(async () => {
  fixture = await createDeploymentFixture();
  cloud = fixture.cloud;
});
afterEach(() => cloud.stop());

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
    await fixture.group("Canary10Percent5Minutes", {
      alarmConfiguration: { enabled: true, alarms },
    });
    const id = await fixture.deploy();
    await cloud.advance(30_000);
    expect(await fixture.traffic()).toBe("1 2:0.1");
    await sound("ALARM");
    await cloud.advance(10_000);
    expect(await fixture.info(id)).toMatchObject({
      status: "Stopped",
      errorInformation: { code: "ALARM_ACTIVE", message: expect.stringContaining("<errors>") },
    });
    expect(await fixture.traffic()).toBe("1");
  });

  test("one that sounds beforehand lets nothing begin; where alarms are off, all goes on", async () => {
    await fixture.group("AllAtOnce", { alarmConfiguration: { enabled: true, alarms } });
    await sound("ALARM");
    expect([(await fixture.info(await fixture.deploy())).status, await fixture.traffic()]).toEqual([
      "Stopped",
      "1",
    ]);
    await cloud.call("codedeploy", "UpdateDeploymentGroup", {
      applicationName: "shop",
      currentDeploymentGroupName: "orders",
      alarmConfiguration: { enabled: false, alarms },
    });
    expect([(await fixture.info(await fixture.deploy())).status, await fixture.traffic()]).toEqual([
      "Succeeded",
      "2",
    ]);
  });

  test("configurations that are none are refused", async () => {
    const code = (alarmConfiguration: object): Promise<unknown> =>
      fixture
        .group("AllAtOnce", { alarmConfiguration })
        .catch((error: { code: string }) => error.code);
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
  await fixture.group("AllAtOnce", {
    triggerConfigurations: [{ triggerName: "all", triggerTargetArn, triggerEvents }],
  });
  const id = await fixture.deploy();
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
  await fixture.group("AllAtOnce");
  const failed = await fixture.deploy(spec("", 2, 1));
  await cloud.advance(1);
  const succeeded = await fixture.deploy();
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
