/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentconfig.html */
import { number, object, text } from "./property-shape.ts";
import {
  call,
  created,
  found,
  type ResourceType,
  replaces,
  resourceType,
} from "./resource-type.ts";

const routing = object(
  {
    TimeBasedCanary: object({ CanaryInterval: number, CanaryPercentage: number }, [
      "CanaryInterval",
      "CanaryPercentage",
    ]),
    TimeBasedLinear: object({ LinearInterval: number, LinearPercentage: number }, [
      "LinearInterval",
      "LinearPercentage",
    ]),
    Type: text,
  },
  ["Type"],
);

export const codedeployDeploymentConfig: ResourceType = resourceType({
  type: "AWS::CodeDeploy::DeploymentConfig",
  attributes: [],
  physicalName: { property: "DeploymentConfigName", lengthMax: 100 },
  properties: {
    ComputePlatform: replaces(text),
    DeploymentConfigName: replaces(text),
    TrafficRoutingConfig: replaces(routing),
  },
  exists: (ctx) =>
    found(
      ["DeploymentConfigDoesNotExistException"],
      call(ctx, "codedeploy", "GetDeploymentConfig", { deploymentConfigName: ctx.name }),
    ),
  identify: (ctx) => ctx.name,
  async create(ctx, { ComputePlatform: computePlatform, TrafficRoutingConfig: wanted }) {
    const { TimeBasedCanary: canary, TimeBasedLinear: linear } = wanted ?? {};
    await created(
      ctx,
      ["DeploymentConfigAlreadyExistsException"],
      call(ctx, "codedeploy", "CreateDeploymentConfig", {
        deploymentConfigName: ctx.name,
        computePlatform,
        ...(wanted !== undefined && {
          trafficRoutingConfig: {
            type: wanted.Type,
            ...(canary !== undefined && {
              timeBasedCanary: {
                canaryInterval: canary.CanaryInterval,
                canaryPercentage: canary.CanaryPercentage,
              },
            }),
            ...(linear !== undefined && {
              timeBasedLinear: {
                linearInterval: linear.LinearInterval,
                linearPercentage: linear.LinearPercentage,
              },
            }),
          },
        }),
      }),
    );
    return { physicalId: ctx.name, attributes: {} };
  },
  async delete(ctx, { physicalId: deploymentConfigName }) {
    await call(ctx, "codedeploy", "DeleteDeploymentConfig", { deploymentConfigName });
  },
});
