/** A function `orders` with two versions and the alias `live`, and CodeDeploy that moves it. */
import type { Input, Output } from "../wire/operations.ts";
import { type CloudFixture, createCloudFixture } from "./cloud-fixture.ts";
import { ZIP } from "./lambda-fixture.ts";

type Info = NonNullable<Output<"codedeploy", "GetDeployment">["deploymentInfo"]>;

export interface DeploymentFixture {
  readonly cloud: CloudFixture;
  /** A deployment group with a configuration of AWS's by what follows `CodeDeployDefault.Lambda`. */
  group(
    config: string,
    more?: Partial<Input<"codedeploy", "CreateDeploymentGroup">>,
  ): Promise<unknown>;
  /** Begins a deployment and lets what needs no time be done: its id. */
  deploy(content?: string): Promise<string>;
  /** The alias: `1 2:0.1`. */
  traffic(): Promise<string>;
  info(deploymentId: string): Promise<Info>;
  /** `BeforeAllowTraffic Succeeded` */
  events(deploymentId: string): Promise<readonly string[]>;
}

const ROLE = "arn:aws:iam::000000000000:role/deploy";
const ALL_EVENTS = [
  "DEPLOYMENT_FAILURE",
  "DEPLOYMENT_STOP_ON_ALARM",
  "DEPLOYMENT_STOP_ON_REQUEST",
] as const;

/** An AppSpec that moves the alias from one version to another. */
export const spec = (hooks = "", current = 1, target = 2): string => `version: 0.0
Resources:
  - orders:
      Type: AWS::Lambda::Function
      Properties: {Name: orders, Alias: live, CurrentVersion: ${current}, TargetVersion: "${target}"}
${hooks}`;

export async function createDeploymentFixture(): Promise<DeploymentFixture> {
  const cloud = await createCloudFixture();
  const { call } = cloud;
  await prepare(call);
  return {
    cloud,
    group: (config, more = {}) =>
      call("codedeploy", "CreateDeploymentGroup", {
        applicationName: "shop",
        deploymentGroupName: "orders",
        deploymentConfigName: `CodeDeployDefault.Lambda${config}`,
        serviceRoleArn: ROLE,
        autoRollbackConfiguration: { enabled: true, events: ALL_EVENTS },
        deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
        ...more,
      }),
    async deploy(content = spec()) {
      const { deploymentId = "" } = await call("codedeploy", "CreateDeployment", {
        applicationName: "shop",
        deploymentGroupName: "orders",
        revision: { revisionType: "AppSpecContent", appSpecContent: { content } },
      });
      await cloud.advance(0);
      return deploymentId;
    },
    async traffic() {
      const alias = await call("lambda", "GetAlias", { FunctionName: "orders", Name: "live" });
      const weights = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
      return [alias.FunctionVersion, ...weights.map(([name, weight]) => `${name}:${weight}`)].join(
        " ",
      );
    },
    async info(deploymentId) {
      const answer = await call("codedeploy", "GetDeployment", { deploymentId });
      return answer.deploymentInfo ?? {};
    },
    async events(deploymentId) {
      const { deploymentTarget } = await call("codedeploy", "GetDeploymentTarget", {
        deploymentId,
        targetId: "orders",
      });
      const list = deploymentTarget?.lambdaTarget?.lifecycleEvents ?? [];
      return list.map(({ lifecycleEventName, status }) => `${lifecycleEventName} ${status}`);
    },
  };
}

async function prepare(call: CloudFixture["call"]): Promise<void> {
  for (const FunctionName of ["orders", "before", "after"]) {
    await call("lambda", "CreateFunction", {
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
      Publish: true,
    });
  }
  const orders = { FunctionName: "orders" };
  await call("lambda", "CreateAlias", { ...orders, Name: "live", FunctionVersion: "1" });
  await call("lambda", "UpdateFunctionConfiguration", { ...orders, MemorySize: 256 });
  await call("lambda", "PublishVersion", orders);
  await call("codedeploy", "CreateApplication", {
    applicationName: "shop",
    computePlatform: "Lambda",
  });
}
