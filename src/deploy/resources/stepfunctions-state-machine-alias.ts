/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachinealias.html */
import { list, number, object, text } from "./property-shape.ts";
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
    Description: changes(text),
    Name: replaces(text),
    RoutingConfiguration: changes(list(route)),
  },
  required: ["RoutingConfiguration"],
  identify: (ctx, properties) => arnOf(ctx, properties.RoutingConfiguration),
  async create(ctx, properties) {
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "states", "CreateStateMachineAlias", {
        name: ctx.name,
        description: properties.Description,
        routingConfiguration: routingOf(properties.RoutingConfiguration),
      }),
    );
    return live(arnOf(ctx, properties.RoutingConfiguration));
  },
  async update(ctx, { physicalId: stateMachineAliasArn }, properties) {
    await call(ctx, "states", "UpdateStateMachineAlias", {
      stateMachineAliasArn,
      description: properties.Description ?? "",
      routingConfiguration: routingOf(properties.RoutingConfiguration),
    });
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

/** An alias stands beside the versions it leads to. */
function arnOf(ctx: ResourceContext, [first]: Routing): string {
  return `${first?.StateMachineVersionArn.replace(/:\d+$/, "")}:${ctx.name}`;
}

function live(arn: string): LiveResource {
  return { physicalId: arn, attributes: { Arn: arn } };
}
