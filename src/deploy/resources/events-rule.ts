/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-events-rule.html */
import { document, list, map, number, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

const target = object(
  {
    Arn: text,
    DeadLetterConfig: object({ Arn: text }),
    HttpParameters: object({
      HeaderParameters: map(text),
      PathParameterValues: list(text),
      QueryStringParameters: map(text),
    }),
    Id: text,
    Input: text,
    InputPath: text,
    InputTransformer: object({ InputPathsMap: map(text), InputTemplate: text }, ["InputTemplate"]),
    KinesisParameters: object({ PartitionKeyPath: text }, ["PartitionKeyPath"]),
    RetryPolicy: object({ MaximumEventAgeInSeconds: number, MaximumRetryAttempts: number }),
    RoleArn: text,
    SqsParameters: object({ MessageGroupId: text }),
  },
  ["Arn", "Id"],
);

type Target = ReturnType<typeof target>;

interface Properties {
  readonly EventBusName?: string | undefined;
  readonly Targets?: readonly Target[] | undefined;
}

export const eventsRule: ResourceType = resourceType({
  type: "AWS::Events::Rule",
  attributes: ["Arn"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: {
    Description: changes(text),
    EventBusName: replaces(text),
    EventPattern: changes(document),
    Name: replaces(text),
    RoleArn: changes(text),
    ScheduleExpression: changes(text),
    State: changes(text),
    Tags: changes(tagList),
    Targets: changes(list(target)),
  },
  exists: (ctx, { EventBusName }) =>
    found(GONE, call(ctx, "events", "DescribeRule", { Name: ctx.name, EventBusName })),
  identify: (ctx) => ctx.name,
  create: put,
  update: (ctx, _, properties, before) => put(ctx, properties, before),
  async delete(ctx, _, { EventBusName }) {
    const { Targets } =
      (await unless(
        GONE,
        call(ctx, "events", "ListTargetsByRule", { Rule: ctx.name, EventBusName }),
      )) ?? {};
    const ids = (Targets ?? []).map(({ Id }) => Id);
    await removeTargets(ctx, ids, EventBusName);
    await unless(GONE, call(ctx, "events", "DeleteRule", { Name: ctx.name, EventBusName }));
  },
});

/** Rules and targets are put: there before or not. */
async function put(
  ctx: ResourceContext,
  properties: Omit<Parameters<typeof ruleRequest>[1], "Name"> & Properties,
  before: Properties = {},
): Promise<LiveResource> {
  const { EventBusName, Targets = [] } = properties;
  const { RuleArn } = await call(ctx, "events", "PutRule", ruleRequest(ctx, properties));
  const wanted = new Set(Targets.map(({ Id }) => Id));
  const dropped = (before.Targets ?? []).map(({ Id }) => Id).filter((id) => !wanted.has(id));
  await removeTargets(ctx, dropped, EventBusName);
  if (Targets.length > 0) {
    const { FailedEntries } = await call(ctx, "events", "PutTargets", {
      Rule: ctx.name,
      EventBusName,
      Targets,
    });
    const [failed] = FailedEntries ?? [];
    if (failed !== undefined) {
      throw new Error(`PutTargets: ${failed.ErrorCode}: ${failed.ErrorMessage}`);
    }
  }
  const isDefault = EventBusName === undefined || EventBusName === "default";
  return {
    physicalId: isDefault ? ctx.name : `${EventBusName}|${ctx.name}`,
    attributes: { Arn: RuleArn ?? "" },
  };
}

function ruleRequest(
  ctx: ResourceContext,
  properties: {
    readonly Description?: string | undefined;
    readonly EventBusName?: string | undefined;
    readonly EventPattern?: string | undefined;
    readonly RoleArn?: string | undefined;
    readonly ScheduleExpression?: string | undefined;
    readonly State?: string | undefined;
    readonly Tags?: Parameters<typeof tagsOf>[1];
  },
) {
  const { Description, EventBusName, EventPattern, RoleArn, ScheduleExpression, State } =
    properties;
  return {
    Name: ctx.name,
    Description,
    EventBusName,
    EventPattern,
    RoleArn,
    ScheduleExpression,
    State,
    Tags: tagPairs(tagsOf(ctx, properties.Tags)),
  };
}

async function removeTargets(
  ctx: ResourceContext,
  Ids: readonly string[],
  EventBusName: string | undefined,
): Promise<void> {
  if (Ids.length > 0) {
    await unless(GONE, call(ctx, "events", "RemoveTargets", { Rule: ctx.name, EventBusName, Ids }));
  }
}
