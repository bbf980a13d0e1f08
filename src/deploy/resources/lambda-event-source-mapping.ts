/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html */
import type { Output } from "../../wire/operations.ts";
import { boolean, list, number, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  hasCode,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

type Mapping = Output<"lambda", "CreateEventSourceMapping">;

const GONE = ["ResourceNotFoundException"];

export const lambdaEventSourceMapping: ResourceType = resourceType({
  type: "AWS::Lambda::EventSourceMapping",
  attributes: ["EventSourceMappingArn", "Id"],
  properties: {
    BatchSize: changes(number),
    BisectBatchOnFunctionError: changes(boolean),
    DestinationConfig: changes(object({ OnFailure: object({ Destination: text }) })),
    Enabled: changes(boolean),
    EventSourceArn: replaces(text),
    FilterCriteria: changes(object({ Filters: list(object({ Pattern: text })) })),
    FunctionName: changes(text),
    FunctionResponseTypes: changes(list(text)),
    KmsKeyArn: changes(text),
    MaximumBatchingWindowInSeconds: changes(number),
    MaximumRecordAgeInSeconds: changes(number),
    MaximumRetryAttempts: changes(number),
    MetricsConfig: changes(object({ Metrics: list(text) })),
    ParallelizationFactor: changes(number),
    ProvisionedPollerConfig: changes(object({ MaximumPollers: number, MinimumPollers: number })),
    ScalingConfig: changes(object({ MaximumConcurrency: number })),
    StartingPosition: replaces(text),
    StartingPositionTimestamp: replaces(number),
    Tags: changes(tagList),
    TumblingWindowInSeconds: changes(number),
  },
  required: ["FunctionName"],
  async create(ctx, properties) {
    const { KmsKeyArn, Tags, StartingPositionTimestamp: startSeconds, ...rest } = properties;
    const request = {
      ...rest,
      KMSKeyArn: KmsKeyArn,
      StartingPositionTimestamp:
        startSeconds === undefined ? undefined : new Date(startSeconds * 1000),
      Tags: tagsOf(ctx, Tags),
    };
    try {
      return live(await call(ctx, "lambda", "CreateEventSourceMapping", request));
    } catch (error) {
      const earlier =
        ctx.resumed && hasCode(error, ["ResourceConflictException"])
          ? await madeEarlier(ctx, properties)
          : undefined;
      if (earlier === undefined) {
        throw error;
      }
      return live(earlier);
    }
  },
  async update(ctx, { physicalId, attributes }, properties, before) {
    const { EventSourceArn, KmsKeyArn, StartingPosition, Tags, ...others } = properties;
    const { StartingPositionTimestamp, ...rest } = others;
    const mapping = await call(ctx, "lambda", "UpdateEventSourceMapping", {
      ...resetMembers(before, properties),
      ...rest,
      KMSKeyArn: KmsKeyArn ?? (before.KmsKeyArn === undefined ? undefined : ""),
      UUID: physicalId,
    });
    const Resource = String(attributes["EventSourceMappingArn"]);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "lambda", "TagResource", { Resource, Tags: added }),
        untag: (keys) => call(ctx, "lambda", "UntagResource", { Resource, TagKeys: keys }),
      },
    );
    return live(mapping);
  },
  async delete(ctx, { physicalId }) {
    await unless(GONE, call(ctx, "lambda", "DeleteEventSourceMapping", { UUID: physicalId }));
  },
});

/** What a property that the template no longer has goes back to. */
const DEFAULTS = {
  BisectBatchOnFunctionError: false,
  DestinationConfig: {},
  Enabled: true,
  FilterCriteria: {},
  FunctionResponseTypes: [],
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  MetricsConfig: { Metrics: [] },
  ParallelizationFactor: 1,
  ProvisionedPollerConfig: {},
  ScalingConfig: {},
  TumblingWindowInSeconds: 0,
} as const;

function resetMembers(before: object, after: object): Partial<typeof DEFAULTS> {
  return Object.fromEntries(
    Object.entries(DEFAULTS).filter(
      ([name]) => Reflect.get(before, name) !== undefined && Reflect.get(after, name) === undefined,
    ),
  );
}

async function madeEarlier(
  ctx: ResourceContext,
  properties: { readonly FunctionName: string; readonly EventSourceArn?: string | undefined },
): Promise<Mapping | undefined> {
  const { EventSourceMappings } = await call(ctx, "lambda", "ListEventSourceMappings", {
    EventSourceArn: properties.EventSourceArn,
    FunctionName: properties.FunctionName,
  });
  return EventSourceMappings?.[0];
}

function live(mapping: Mapping): LiveResource {
  const id = mapping.UUID ?? "";
  return {
    physicalId: id,
    attributes: { Id: id, EventSourceMappingArn: mapping.EventSourceMappingArn ?? "" },
  };
}
