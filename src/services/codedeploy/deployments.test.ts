/** Deployments of a function's alias, with the real Lambda, on one clock. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CloudFixture } from "../../testing/cloud-fixture.ts";
import {
  createDeploymentFixture,
  type DeploymentFixture,
  spec,
} from "../../testing/codedeploy-fixture.ts";

const MINUTE_MS = 60_000;
let fixture: DeploymentFixture;
let cloud: CloudFixture;
beforeEach(async () => {
  fixture = await createDeploymentFixture();
  cloud = fixture.cloud;
});
afterEach(() => cloud.stop());

describe("traffic", () => {
  test("a canary moves a tenth, and the rest after its interval", async () => {
    await fixture.group("Canary10Percent5Minutes");
    const id = await fixture.deploy();
    expect([await fixture.traffic(), (await fixture.info(id)).status]).toEqual([
      "1 2:0.1",
      "InProgress",
    ]);
    await cloud.advance(5 * MINUTE_MS - 1);
    expect(await fixture.traffic()).toBe("1 2:0.1");
    await cloud.advance(1);
    expect(await fixture.traffic()).toBe("2");
    expect(await fixture.info(id)).toMatchObject({
      status: "Succeeded",
      creator: "user",
      deploymentOverview: { Succeeded: 1, InProgress: 0 },
      computePlatform: "Lambda",
    });
    expect(await fixture.events(id)).toEqual([
      "BeforeAllowTraffic Succeeded",
      "AllowTraffic Succeeded",
      "AfterAllowTraffic Succeeded",
    ]);
  });

  test("linear shifts move a tenth in every interval", async () => {
    await fixture.group("Linear10PercentEvery1Minute");
    const id = await fixture.deploy();
    const seen = [await fixture.traffic()];
    for (let minute = 1; minute <= 9; minute += 1) {
      await cloud.advance(MINUTE_MS);
      seen.push(await fixture.traffic());
    }
    expect(seen.slice(0, 3)).toEqual(["1 2:0.1", "1 2:0.2", "1 2:0.3"]);
    expect([seen.at(-2), seen.at(-1), (await fixture.info(id)).status]).toEqual([
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
    await fixture.group("AllAtOnce", { deploymentConfigName: "thirds" });
    await fixture.deploy();
    const seen = [await fixture.traffic()];
    for (const _ of [1, 2]) {
      await cloud.advance(2 * MINUTE_MS);
      seen.push(await fixture.traffic());
    }
    expect(seen).toEqual(["1 2:0.4", "1 2:0.8", "2"]);
    await expect(
      cloud.call("codedeploy", "DeleteDeploymentConfig", { deploymentConfigName: "thirds" }),
    ).rejects.toMatchObject({ code: "DeploymentConfigInUseException" });
  });

  test("all at once needs no time", async () => {
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy();
    expect([await fixture.traffic(), (await fixture.info(id)).status]).toEqual(["2", "Succeeded"]);
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
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy(spec(HOOKS));
    expect([invoked(), await fixture.traffic()]).toEqual([["before"], "1"]);
    await cloud.advance(10 * MINUTE_MS);
    expect(await fixture.traffic()).toBe("1");
    await answerHook("Succeeded");
    expect([invoked(), await fixture.traffic()]).toEqual([["before", "after"], "2"]);
    expect((await fixture.info(id)).status).toBe("InProgress");
    await answerHook("Succeeded");
    expect((await fixture.info(id)).status).toBe("Succeeded");
    await expect(answerHook("Succeeded")).rejects.toMatchObject({
      code: "LifecycleEventAlreadyCompletedException",
    });
  });

  test("a failure before the traffic ends it, one behind takes it back", async () => {
    await fixture.group("AllAtOnce");
    const first = await fixture.deploy(spec(HOOKS));
    await answerHook("Failed");
    expect(await fixture.info(first)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
    });
    expect(await fixture.events(first)).toEqual([
      "BeforeAllowTraffic Failed",
      "AllowTraffic Skipped",
      "AfterAllowTraffic Skipped",
    ]);
    const second = await fixture.deploy(spec(HOOKS));
    await answerHook("Succeeded");
    expect(await fixture.traffic()).toBe("2");
    await answerHook("Failed");
    expect(await fixture.traffic()).toBe("1");
    const { status, rollbackInfo } = await fixture.info(second);
    expect(status).toBe("Failed");
    expect(await fixture.info(rollbackInfo?.rollbackDeploymentId ?? "")).toMatchObject({
      status: "Succeeded",
      creator: "codeDeployRollback",
      rollbackInfo: { rollbackTriggeringDeploymentId: second },
    });
  });

  test("one that does not answer within an hour has failed", async () => {
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy(spec(HOOKS));
    await cloud.advance(60 * MINUTE_MS - 1);
    expect((await fixture.info(id)).status).toBe("InProgress");
    await cloud.advance(1);
    expect(await fixture.info(id)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "TIMEOUT" },
    });
  });

  test("one that does not exist fails the deployment", async () => {
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy(spec("Hooks: [{BeforeAllowTraffic: nobody}]"));
    expect(await fixture.info(id)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
    });
  });

  test("answers that are none are refused", async () => {
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy(spec(HOOKS));
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
    await fixture.group("Canary10Percent5Minutes");
    const stop = async (deploymentId: string, autoRollbackEnabled?: boolean): Promise<string> => {
      const input = { deploymentId, autoRollbackEnabled };
      await cloud.call("codedeploy", "StopDeployment", input);
      await cloud.advance(0);
      return fixture.traffic();
    };
    const first = await fixture.deploy();
    expect(await stop(first)).toBe("1");
    expect(await fixture.info(first)).toMatchObject({
      status: "Stopped",
      errorInformation: { code: "MANUAL_STOP" },
    });
    await expect(stop(first)).rejects.toMatchObject({
      code: "DeploymentAlreadyCompletedException",
    });
    const second = await fixture.deploy();
    expect(await stop(second, false)).toBe("1 2:0.1");
    await cloud.advance(10 * MINUTE_MS);
    expect(await fixture.traffic()).toBe("1 2:0.1");
  });

  test("a version that the alias does not have fails it, and leaves the alias alone", async () => {
    await fixture.group("AllAtOnce");
    const id = await fixture.deploy(spec("", 2, 1));
    expect(await fixture.info(id)).toMatchObject({
      status: "Failed",
      errorInformation: {
        code: "INVALID_LAMBDA_CONFIGURATION",
        message: expect.stringContaining("does not match the current version in AppSpec file."),
      },
    });
    expect([await fixture.traffic(), (await fixture.info(id)).rollbackInfo]).toEqual([
      "1",
      undefined,
    ]);
    expect((await fixture.info(await fixture.deploy(spec("", 1, 7)))).status).toBe("Failed");
  });

  test("a group has one deployment at a time", async () => {
    await fixture.group("Canary10Percent5Minutes");
    const id = await fixture.deploy();
    await expect(fixture.deploy()).rejects.toMatchObject({
      code: "DeploymentLimitExceededException",
      message: `The Deployment Group 'orders' already has an active Deployment '${id}'`,
    });
  });
});

test("revisions are refused for what is wrong with them", async () => {
  await fixture.group("AllAtOnce");
  const code = (content: string): Promise<string> =>
    fixture.deploy(content).catch((error: { code: string }) => error.code);
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
  await expect(fixture.group("AllAtOnce", { autoScalingGroups: ["a"] })).rejects.toMatchObject({
    message: "Millrace does not support autoScalingGroups of CreateDeploymentGroup.",
  });
  await expect(
    fixture.group("AllAtOnce", { deploymentStyle: { deploymentType: "IN_PLACE" } }),
  ).rejects.toMatchObject({ code: "InvalidDeploymentStyleException" });
  await expect(fixture.group("OneAtATime")).rejects.toMatchObject({
    code: "DeploymentConfigDoesNotExistException",
  });
});
