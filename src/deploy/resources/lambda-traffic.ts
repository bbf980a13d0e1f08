/**
 * An alias that moves to another version by a deployment of CodeDeploy, as its UpdatePolicy says.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
 */
import type { Input, Output } from "../../wire/operations.ts";
import { object, PropertyError, text } from "./property-shape.ts";
import { call, type ResourceContext, unless } from "./resource-type.ts";

/** How long it takes until somebody looks again: short at first, for what needs no time. */
const POLL_MS_MIN = 50;
const POLL_MS_MAX = 5_000;
const POLL_GROWTH = 1.5;
/** Two days of traffic that shifts, two hours of hooks, and as much again for what is in between. */
const POLL_COUNT_MAX = 80_000;

const policyShape = object({
  CodeDeployLambdaAliasUpdate: object(
    {
      AfterAllowTrafficHook: text,
      ApplicationName: text,
      BeforeAllowTrafficHook: text,
      DeploymentGroupName: text,
    },
    ["ApplicationName", "DeploymentGroupName"],
  ),
});

type Policy = NonNullable<ReturnType<typeof policyShape>["CodeDeployLambdaAliasUpdate"]>;
type Info = NonNullable<Output<"codedeploy", "GetDeployment">["deploymentInfo"]>;

interface Wanted {
  readonly FunctionName: string;
  readonly Name: string;
  readonly FunctionVersion: string;
}

/** Returns once the alias has its version; throws when the deployment took it back. */
export async function shiftTraffic(ctx: ResourceContext, wanted: Wanted): Promise<void> {
  const policy = policyShape(ctx.updatePolicy ?? {}, { type: "UpdatePolicy", property: "" });
  const { CodeDeployLambdaAliasUpdate: update } = policy;
  if (update === undefined) {
    return;
  }
  const { FunctionName, Name } = wanted;
  const running = ctx.resumed ? await deploymentUnderWay(ctx, update) : undefined;
  const { FunctionVersion: now = "" } = await call(ctx, "lambda", "GetAlias", {
    FunctionName,
    Name,
  });
  if (running === undefined && now === wanted.FunctionVersion) {
    return;
  }
  const deploymentId = running ?? (await begin(ctx, update, wanted, now));
  const { status, errorInformation, rollbackInfo } = await ended(ctx, deploymentId);
  if (status === "Succeeded") {
    return;
  }
  const { rollbackDeploymentId } = rollbackInfo ?? {};
  if (rollbackDeploymentId !== undefined) {
    await ended(ctx, rollbackDeploymentId);
  }
  throw new PropertyError(
    `CodeDeploy deployment ${deploymentId} ${status?.toLowerCase()}: ${errorInformation?.message}`,
  );
}

/** An earlier run of the same work has begun it; nobody else deploys to the group meanwhile. */
async function deploymentUnderWay(
  ctx: ResourceContext,
  policy: Policy,
): Promise<string | undefined> {
  const { deployments = [] } = await call(ctx, "codedeploy", "ListDeployments", {
    applicationName: policy.ApplicationName,
    deploymentGroupName: policy.DeploymentGroupName,
    includeOnlyStatuses: ["Created", "Queued", "InProgress"],
  });
  return deployments[0];
}

async function begin(
  ctx: ResourceContext,
  policy: Policy,
  wanted: Wanted,
  currentVersion: string,
): Promise<string> {
  const input: Input<"codedeploy", "CreateDeployment"> = {
    applicationName: policy.ApplicationName,
    deploymentGroupName: policy.DeploymentGroupName,
    revision: {
      revisionType: "AppSpecContent",
      appSpecContent: { content: JSON.stringify(appSpec(policy, wanted, currentVersion)) },
    },
  };
  const answer = await unless(
    ["DeploymentLimitExceededException"],
    call(ctx, "codedeploy", "CreateDeployment", input),
  );
  if (answer?.deploymentId === undefined) {
    // https://github.com/aws/serverless-application-model/issues/291
    throw new PropertyError("A conflicting deployment is in progress");
  }
  return answer.deploymentId;
}

function appSpec(policy: Policy, wanted: Wanted, currentVersion: string): object {
  const { BeforeAllowTrafficHook: before, AfterAllowTrafficHook: after } = policy;
  return {
    version: 0.0,
    Resources: [
      {
        [wanted.FunctionName]: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Name: wanted.FunctionName,
            Alias: wanted.Name,
            CurrentVersion: currentVersion,
            TargetVersion: wanted.FunctionVersion,
          },
        },
      },
    ],
    Hooks: [
      ...(before === undefined ? [] : [{ BeforeAllowTraffic: before }]),
      ...(after === undefined ? [] : [{ AfterAllowTraffic: after }]),
    ],
  };
}

async function ended(ctx: ResourceContext, deploymentId: string): Promise<Info> {
  let waitMs = POLL_MS_MIN;
  for (let count = 0; count < POLL_COUNT_MAX; count += 1) {
    const { deploymentInfo = {} } = await call(ctx, "codedeploy", "GetDeployment", {
      deploymentId,
    });
    if (["Succeeded", "Failed", "Stopped"].includes(deploymentInfo.status ?? "")) {
      return deploymentInfo;
    }
    await ctx.clock.sleepUntil(ctx.clock.nowMs() + waitMs, ctx.abort);
    ctx.abort.throwIfAborted();
    waitMs = Math.min(POLL_MS_MAX, waitMs * POLL_GROWTH);
  }
  throw new PropertyError(`CodeDeploy deployment ${deploymentId} did not end`);
}
