/** Aliases that CodeDeploy moves, and provisioned concurrency that is waited for, in stacks. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

const MINUTE_MS = 60_000;
let cloud: CloudFixture;
beforeEach(async () => {
  cloud = await createCloudFixture();
});
afterEach(() => cloud.stop());

/** A SAM application whose function is new for each `text`. */
function template(text: string, preference: string, more = ""): string {
  return `
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: "${text}"
      Environment: {Variables: {TEXT: "${text}"}}
      AutoPublishAlias: live
      DeploymentPreference: ${preference}${more}
  Before:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_before
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: before
`;
}

const CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"];

/** Returns once CodeDeploy has begun to move traffic: nobody moves the clock meanwhile. */
async function beginUpdate(TemplateBody: string): Promise<void> {
  const { call } = cloud;
  const input = { StackName: "shop", TemplateBody, Capabilities: CAPABILITIES };
  void call("cloudformation", "UpdateStack", input);
  for (let turn = 0; !(await traffic()).includes(":"); turn += 1) {
    expect(turn).toBeLessThan(5_000);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function deploy(operation: "CreateStack" | "UpdateStack", body: string) {
  const input = { StackName: "shop", TemplateBody: body, Capabilities: CAPABILITIES };
  await cloud.deploy(operation, input);
  return cloud.settled("shop");
}

async function traffic(): Promise<string> {
  const alias = await cloud.call("lambda", "GetAlias", { FunctionName: "orders", Name: "live" });
  const weights = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return [alias.FunctionVersion, ...weights.map(([name, weight]) => `${name}:${weight}`)].join(" ");
}

/** Answers for a hook, at once. */
function answerWith(status: string): void {
  cloud.functions.script("CodeDeployHook_before", async (event) => {
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId } = event as Record<
      string,
      string
    >;
    await cloud.call("codedeploy", "PutLifecycleEventHookExecutionStatus", {
      deploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status,
    });
  });
}

const HOOKED = "{Type: AllAtOnce, Hooks: {PreTraffic: !Ref Before}}";

describe("traffic", () => {
  test("an update moves it on the clock; the first version has all of it at once", async () => {
    const canary = "{Type: Canary10Percent5Minutes}";
    expect(await deploy("CreateStack", template("one", canary))).toMatchObject({
      status: "CREATE_COMPLETE",
      failures: [],
    });
    expect(await traffic()).toBe("1");
    await beginUpdate(template("two", canary));
    await cloud.advance(4 * MINUTE_MS);
    expect(await traffic()).toBe("1 2:0.1");
    await cloud.advance(MINUTE_MS);
    expect(await traffic()).toBe("2");
    expect(await cloud.settled("shop")).toMatchObject({ status: "UPDATE_COMPLETE", failures: [] });
  });

  test("a hook that says yes lets it move, one that says no takes the stack back", async () => {
    await deploy("CreateStack", template("one", HOOKED));
    answerWith("Succeeded");
    expect((await deploy("UpdateStack", template("two", HOOKED))).status).toBe("UPDATE_COMPLETE");
    expect(await traffic()).toBe("2");
    answerWith("Failed");
    const { status, failures } = await deploy("UpdateStack", template("three", HOOKED));
    expect([status, await traffic()]).toEqual(["UPDATE_ROLLBACK_COMPLETE", "2"]);
    expect(failures.join()).toMatch(
      /OrdersAliaslive: CodeDeploy deployment d-\w{9} failed: .*BeforeAllowTraffic.*reported Failed/,
    );
  });

  test("one that is stopped takes the stack back", async () => {
    const linear = "{Type: Linear10PercentEvery10Minutes}";
    await deploy("CreateStack", template("one", linear));
    await beginUpdate(template("two", linear));
    await cloud.advance(25 * MINUTE_MS);
    expect(await traffic()).toBe("1 2:0.3");
    const { deployments: [deploymentId = ""] = [] } = await cloud.call(
      "codedeploy",
      "ListDeployments",
      {},
    );
    await cloud.call("codedeploy", "StopDeployment", { deploymentId });
    const { status, failures } = await cloud.settled("shop");
    expect([status, await traffic()]).toEqual(["UPDATE_ROLLBACK_COMPLETE", "1"]);
    expect(failures.join()).toContain("stopped: The deployment was stopped by the user.");
  });

  test("an engine that dies leaves it to the next", async () => {
    const canary = "{Type: Canary10Percent5Minutes}";
    await deploy("CreateStack", template("one", canary));
    await beginUpdate(template("two", canary));
    await cloud.advance(MINUTE_MS);
    expect(await traffic()).toBe("1 2:0.1");
    cloud.dieAt(cloud.callCount());
    cloud.restart();
    await cloud.advance(4 * MINUTE_MS);
    expect((await cloud.settled("shop")).status).toBe("UPDATE_COMPLETE");
    const { deployments } = await cloud.call("codedeploy", "ListDeployments", {});
    expect([await traffic(), deployments?.length]).toEqual(["2", 1]);
  });
});

describe("provisioned concurrency", () => {
  const more = `
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}`;
  const disabled = "{Enabled: false}";

  test("a deployment waits for it", async () => {
    const { status } = await deploy("CreateStack", template("one", disabled, more));
    const config = await cloud.call("lambda", "GetProvisionedConcurrencyConfig", {
      FunctionName: "orders",
      Qualifier: "live",
    });
    expect([status, config.Status]).toEqual(["CREATE_COMPLETE", "READY"]);
  });

  test("environments that do not start take the stack back", async () => {
    cloud.functions.breakDown("no memory");
    const { status, failures } = await deploy("CreateStack", template("one", disabled, more));
    expect(status).toBe("ROLLBACK_COMPLETE");
    expect(failures.join()).toContain(
      "Provisioned Concurrency configuration failed to be applied. Reason: ",
    );
  });
});
