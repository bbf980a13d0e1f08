/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html */
import { boolean, list, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ObjectNotFoundException"];

const scheduledAction = object(
  {
    EndTime: text,
    ScalableTargetAction: object({ MaxCapacity: number, MinCapacity: number }),
    Schedule: text,
    ScheduledActionName: text,
    StartTime: text,
    Timezone: text,
  },
  ["Schedule", "ScheduledActionName"],
);

type ScheduledAction = ReturnType<typeof scheduledAction>;

interface Identity {
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly ServiceNamespace: string;
}

interface Properties extends Identity {
  readonly MaxCapacity: number;
  readonly MinCapacity: number;
  readonly RoleARN?: string | undefined;
  readonly ScheduledActions?: readonly ScheduledAction[] | undefined;
}

export const applicationautoscalingScalableTarget: ResourceType = resourceType({
  type: "AWS::ApplicationAutoScaling::ScalableTarget",
  attributes: ["Id"],
  properties: {
    MaxCapacity: changes(number),
    MinCapacity: changes(number),
    ResourceId: replaces(text),
    RoleARN: changes(text),
    ScalableDimension: replaces(text),
    ScheduledActions: changes(list(scheduledAction)),
    ServiceNamespace: replaces(text),
    SuspendedState: changes(
      object({
        DynamicScalingInSuspended: boolean,
        DynamicScalingOutSuspended: boolean,
        ScheduledScalingSuspended: boolean,
      }),
    ),
  },
  required: ["MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace"],
  identify: (_, properties) => idOf(properties),
  async create(ctx, properties) {
    return register(ctx, properties, []);
  },
  async update(ctx, _, properties, before) {
    return register(ctx, properties, before.ScheduledActions ?? []);
  },
  async delete(ctx, _, properties) {
    const identity = identityOf(properties);
    await unless(GONE, call(ctx, "applicationautoscaling", "DeregisterScalableTarget", identity));
  },
});

function identityOf({ ResourceId, ScalableDimension, ServiceNamespace }: Identity): Identity {
  return { ResourceId, ScalableDimension, ServiceNamespace };
}

function idOf({ ResourceId, ScalableDimension, ServiceNamespace }: Identity): string {
  return `${ResourceId}|${ScalableDimension}|${ServiceNamespace}`;
}

async function register(
  ctx: ResourceContext,
  properties: Properties,
  before: readonly ScheduledAction[],
): Promise<LiveResource> {
  const { ScheduledActions: actions = [], ...target } = properties;
  await call(ctx, "applicationautoscaling", "RegisterScalableTarget", target);
  const identity = identityOf(properties);
  for (const { StartTime, EndTime, ...action } of actions) {
    await call(ctx, "applicationautoscaling", "PutScheduledAction", {
      ...identity,
      ...action,
      StartTime: dateOf(StartTime),
      EndTime: dateOf(EndTime),
    });
  }
  const kept = new Set(actions.map(({ ScheduledActionName }) => ScheduledActionName));
  for (const { ScheduledActionName } of before) {
    if (!kept.has(ScheduledActionName)) {
      const action = { ...identity, ScheduledActionName };
      await unless(GONE, call(ctx, "applicationautoscaling", "DeleteScheduledAction", action));
    }
  }
  const id = idOf(properties);
  return { physicalId: id, attributes: { Id: id } };
}

function dateOf(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
