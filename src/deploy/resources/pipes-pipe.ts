/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-pipes-pipe.html */
import { AwsError } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { list, map, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  unless,
} from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["NotFoundException"];

const streamParameters = {
  BatchSize: number,
  DeadLetterConfig: object({ Arn: text }),
  MaximumBatchingWindowInSeconds: number,
  MaximumRecordAgeInSeconds: number,
  MaximumRetryAttempts: number,
  OnPartialBatchItemFailure: text,
  ParallelizationFactor: number,
  StartingPosition: text,
};

const sourceParameters = object({
  DynamoDBStreamParameters: object(streamParameters, ["StartingPosition"]),
  FilterCriteria: object({ Filters: list(object({ Pattern: text })) }),
  KinesisStreamParameters: object({ ...streamParameters, StartingPositionTimestamp: text }, [
    "StartingPosition",
  ]),
  SqsQueueParameters: object({ BatchSize: number, MaximumBatchingWindowInSeconds: number }),
});

const targetParameters = object({
  CloudWatchLogsParameters: object({ LogStreamName: text, Timestamp: text }),
  EventBridgeEventBusParameters: object({
    DetailType: text,
    EndpointId: text,
    Resources: list(text),
    Source: text,
    Time: text,
  }),
  InputTemplate: text,
  KinesisStreamParameters: object({ PartitionKey: text }, ["PartitionKey"]),
  LambdaFunctionParameters: object({ InvocationType: text }),
  SqsQueueParameters: object({ MessageDeduplicationId: text, MessageGroupId: text }),
  StepFunctionStateMachineParameters: object({ InvocationType: text }),
});

const httpParameters = object({
  HeaderParameters: map(text),
  PathParameterValues: list(text),
  QueryStringParameters: map(text),
});

const logConfiguration = object(
  {
    CloudwatchLogsLogDestination: object({ LogGroupArn: text }, ["LogGroupArn"]),
    IncludeExecutionData: list(text),
    Level: text,
  },
  ["Level"],
);

export const pipesPipe: ResourceType = resourceType({
  type: "AWS::Pipes::Pipe",
  attributes: ["Arn", "CreationTime", "CurrentState", "LastModifiedTime", "StateReason"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: {
    Description: changes(text),
    DesiredState: changes(text),
    Enrichment: changes(text),
    EnrichmentParameters: changes(object({ HttpParameters: httpParameters, InputTemplate: text })),
    KmsKeyIdentifier: changes(text),
    LogConfiguration: changes(logConfiguration),
    Name: replaces(text),
    RoleArn: changes(text),
    Source: replaces(text),
    SourceParameters: changes(sourceParameters),
    Tags: changes(map(text)),
    Target: changes(text),
    TargetParameters: changes(targetParameters),
  },
  required: ["RoleArn", "Source", "Target"],
  exists: (ctx) => found(GONE, call(ctx, "pipes", "DescribePipe", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const tags = { ...ctx.stackTags, ...properties.Tags };
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "pipes", "CreatePipe", {
        ...properties,
        SourceParameters: sourceOf(properties.SourceParameters),
        Name: ctx.name,
        // A map of tags is refused when it is empty.
        Tags: Object.keys(tags).length === 0 ? undefined : tags,
      }),
    );
    return settled(ctx);
  },
  async update(ctx, live, properties, before) {
    const { Tags, Source: _, SourceParameters, ...rest } = properties;
    await call(ctx, "pipes", "UpdatePipe", {
      ...resetMembers(before),
      ...rest,
      ...(SourceParameters && { SourceParameters: sourceOf(SourceParameters) }),
      Name: ctx.name,
    });
    const resourceArn = String(live.attributes["Arn"]);
    await retag(
      ctx,
      { after: tagPairs(Tags ?? {}), before: tagPairs(before.Tags ?? {}) },
      {
        tag: (tags) => call(ctx, "pipes", "TagResource", { resourceArn, tags }),
        untag: (tagKeys) => call(ctx, "pipes", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return settled(ctx);
  },
  async delete(ctx, { physicalId: Name }) {
    await unless(GONE, call(ctx, "pipes", "DeletePipe", { Name }));
    await waitUntil(ctx, `the end of the pipe ${Name}`, async () => {
      const isThere = await found(GONE, call(ctx, "pipes", "DescribePipe", { Name }));
      return isThere ? undefined : true;
    });
  },
});

/** Templates write times as texts. */
function sourceOf(
  given: ReturnType<typeof sourceParameters> | undefined,
): Input<"pipes", "CreatePipe">["SourceParameters"] {
  const { KinesisStreamParameters: stream, ...rest } = given ?? {};
  if (stream === undefined) {
    return given === undefined ? undefined : rest;
  }
  const { StartingPositionTimestamp: time, ...others } = stream;
  const start = time === undefined ? {} : { StartingPositionTimestamp: new Date(time) };
  return { ...rest, KinesisStreamParameters: { ...others, ...start } };
}

/** What a property that the template no longer has goes back to: `UpdatePipe` keeps what it is not told. */
const DEFAULTS = {
  Description: "",
  DesiredState: "RUNNING",
  Enrichment: "",
  EnrichmentParameters: {},
  LogConfiguration: { Level: "OFF" },
  SourceParameters: {},
  TargetParameters: {},
} as const;

function resetMembers(before: object): Partial<typeof DEFAULTS> {
  return Object.fromEntries(
    Object.entries(DEFAULTS).filter(([name]) => Reflect.get(before, name) !== undefined),
  );
}

/** Once the pipe is no longer on its way to somewhere. */
async function settled(ctx: ResourceContext): Promise<LiveResource> {
  const pipe = await waitUntil(ctx, `the pipe ${ctx.name}`, async () => {
    const found = await call(ctx, "pipes", "DescribePipe", { Name: ctx.name });
    return found.CurrentState?.endsWith("ING") && found.CurrentState !== "RUNNING"
      ? undefined
      : found;
  });
  if (pipe.CurrentState?.endsWith("_FAILED")) {
    throw new AwsError({ code: "NotStabilized", message: pipe.StateReason ?? pipe.CurrentState });
  }
  return {
    physicalId: ctx.name,
    attributes: {
      Arn: pipe.Arn ?? "",
      CreationTime: pipe.CreationTime?.toISOString() ?? "",
      CurrentState: pipe.CurrentState ?? "",
      LastModifiedTime: pipe.LastModifiedTime?.toISOString() ?? "",
      StateReason: pipe.StateReason ?? "",
    },
  };
}
