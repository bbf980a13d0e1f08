/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachinealias.html */
import { list, number, object, PropertyError, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";
import {
  checkPreference,
  type DeploymentPreference,
  deploymentPreference,
  shiftTraffic,
} from "./stepfunctions-traffic.ts";

const GONE = ["ResourceNotFound"];

const route = object({ StateMachineVersionArn: text, Weight: number }, [
  "StateMachineVersionArn",
  "Weight",
]);

type Routing = readonly ReturnType<typeof route>[];

export const stepfunctionsStateMachineAlias: ResourceType = resourceType({
  type: "AWS::StepFunctions::StateMachineAlias",
  attributes: ["Arn"],
  physicalName: { property: "Name", lengthMax: 80 },
  properties: {
    DeploymentPreference: changes(deploymentPreference),
    Description: changes(text),
    Name: replaces(text),
    RoutingConfiguration: changes(list(route)),
  },
  check: ({ DeploymentPreference: preference, RoutingConfiguration: routing }) => {
    if ((preference === undefined) === (routing === undefined)) {
      throw new PropertyError(
        "Exactly one of RoutingConfiguration and DeploymentPreference must be specified",
      );
    }
    checkPreference(preference);
  },
  identify: (ctx, properties) => arnOf(ctx, firstVersion(properties)),
  async create(ctx, properties) {
    const { RoutingConfiguration: routing } = properties;
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "states", "CreateStateMachineAlias", {
        name: ctx.name,
        description: properties.Description,
        routingConfiguration:
          routing === undefined
            ? [{ stateMachineVersionArn: firstVersion(properties), weight: 100 }]
            : routingOf(routing),
      }),
    );
    return live(arnOf(ctx, firstVersion(properties)));
  },
  async update(ctx, { physicalId: stateMachineAliasArn }, properties) {
    const { DeploymentPreference: preference, RoutingConfiguration: routing } = properties;
    await call(ctx, "states", "UpdateStateMachineAlias", {
      stateMachineAliasArn,
      description: properties.Description ?? "",
      ...(routing !== undefined && { routingConfiguration: routingOf(routing) }),
    });
    if (preference !== undefined) {
      await shiftTraffic(ctx, stateMachineAliasArn, preference);
    }
    return live(stateMachineAliasArn);
  },
  async delete(ctx, { physicalId: stateMachineAliasArn }) {
    await unless(GONE, call(ctx, "states", "DeleteStateMachineAlias", { stateMachineAliasArn }));
  },
});

function routingOf(
  routing: Routing,
): readonly { readonly stateMachineVersionArn: string; readonly weight: number }[] {
  return routing.map(({ StateMachineVersionArn: stateMachineVersionArn, Weight: weight }) => ({
    stateMachineVersionArn,
    weight,
  }));
}

function firstVersion(properties: {
  readonly RoutingConfiguration?: Routing | undefined;
  readonly DeploymentPreference?: DeploymentPreference | undefined;
}): string {
  const { RoutingConfiguration: routing, DeploymentPreference: preference } = properties;
  return preference?.StateMachineVersionArn ?? routing?.[0]?.StateMachineVersionArn ?? "";
}

/** An alias stands beside the versions it leads to. */
function arnOf(ctx: ResourceContext, versionArn: string): string {
  return `${versionArn.replace(/:\d+$/, "")}:${ctx.name}`;
}

function live(arn: string): LiveResource {
  return { physicalId: arn, attributes: { Arn: arn } };
}
