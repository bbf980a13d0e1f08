/** A gradual deployment as AWS's own clients drive it: the hook is a function that uses the SDK. */
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  waitUntilDeploymentSuccessful,
} from "@aws-sdk/client-codedeploy";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { beforeAll, expect, test } from "vitest";
import { startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const lambda = new LambdaClient(engine.config);
const deploy = new CodeDeployClient(engine.config);
const place = { applicationName: "shop", deploymentGroupName: "orders" };

/** Asks the new version before it gets traffic, as AWS's tutorial does. */
const HOOK = `
const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require("@aws-sdk/client-codedeploy");
const { LambdaClient, InvokeCommand, ListVersionsByFunctionCommand } = require("@aws-sdk/client-lambda");
const newest = async () => {
  const list = new ListVersionsByFunctionCommand({ FunctionName: "orders" });
  return (await new LambdaClient().send(list)).Versions.at(-1).Version;
};
exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  const { Payload } = await new LambdaClient().send(
    new InvokeCommand({ FunctionName: "orders", Qualifier: await newest() }),
  );
  const status = Buffer.from(Payload).toString() === '"two"' ? "Succeeded" : "Failed";
  await new CodeDeployClient().send(
    new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status,
    }),
  );
};`;

const sourceOf = (answer: string): string => `exports.handler = async () => "${answer}";`;

async function createFunction(FunctionName: string, source: string): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: "arn:aws:iam::123456789012:role/any",
      Timeout: 20,
      Publish: true,
      Code: { ZipFile: await zipOf("index.js", source) },
    }),
  );
}

async function publish(answer: string): Promise<void> {
  const ZipFile = await zipOf("index.js", sourceOf(answer));
  const input = { FunctionName: "orders", ZipFile, Publish: true };
  await lambda.send(new UpdateFunctionCodeCommand(input));
}

async function begin(CurrentVersion: string, TargetVersion: string): Promise<string> {
  const Properties = { Name: "orders", Alias: "live", CurrentVersion, TargetVersion };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ orders: { Type: "AWS::Lambda::Function", Properties } }],
    Hooks: [{ BeforeAllowTraffic: "hook" }],
  });
  const { deploymentId = "" } = await deploy.send(
    new CreateDeploymentCommand({
      ...place,
      revision: { revisionType: "AppSpecContent", appSpecContent: { content } },
    }),
  );
  return deploymentId;
}

async function aliasVersion(): Promise<string | undefined> {
  const input = { FunctionName: "orders", Name: "live" };
  return (await lambda.send(new GetAliasCommand(input))).FunctionVersion;
}

beforeAll(async () => {
  await createFunction("orders", sourceOf("one"));
  await createFunction("hook", HOOK);
  await lambda.send(
    new CreateAliasCommand({ FunctionName: "orders", Name: "live", FunctionVersion: "1" }),
  );
  const { applicationName } = place;
  await deploy.send(new CreateApplicationCommand({ applicationName, computePlatform: "Lambda" }));
  await deploy.send(
    new CreateDeploymentGroupCommand({
      ...place,
      serviceRoleArn: "arn:aws:iam::123456789012:role/deploy",
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    }),
  );
});

test("a hook that finds the new version well lets the traffic move", async () => {
  await publish("two");
  const deploymentId = await begin("1", "2");
  await waitUntilDeploymentSuccessful(
    { client: deploy, maxWaitTime: 20, minDelay: 1 },
    { deploymentId },
  );
  const { deploymentTarget } = await deploy.send(
    new GetDeploymentTargetCommand({ deploymentId, targetId: "orders" }),
  );
  expect(deploymentTarget?.lambdaTarget).toMatchObject({
    status: "Succeeded",
    lambdaFunctionInfo: { currentVersion: "1", targetVersion: "2", targetVersionWeight: 100 },
  });
  expect(await aliasVersion()).toBe("2");
});

test("one that does not like it leaves the traffic where it is", async () => {
  await publish("three");
  const deploymentId = await begin("2", "3");
  await expect(
    waitUntilDeploymentSuccessful(
      { client: deploy, maxWaitTime: 20, minDelay: 1 },
      { deploymentId },
    ),
  ).rejects.toThrow();
  const { deploymentInfo } = await deploy.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo).toMatchObject({
    status: "Failed",
    errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
  });
  const { deployments } = await deploy.send(new ListDeploymentsCommand(place));
  expect([await aliasVersion(), deployments?.length]).toEqual(["2", 3]);
});
