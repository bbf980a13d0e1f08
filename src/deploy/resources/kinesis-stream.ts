/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html */
import type { Output } from "../../wire/operations.ts";
import { list, number, object, tagList, text } from "./property-shape.ts";
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
  tagsOf,
  unless,
} from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["ResourceNotFoundException"];
const RETENTION_HOURS_DEFAULT = 24;
const RECORD_KIB_DEFAULT = 1_024;
const DISTRIBUTION_DEFAULT = "USER_PARTITION_KEY";

const streamMode = object({ StreamMode: text }, ["StreamMode"]);
const encryption = object({ EncryptionType: text, KeyId: text }, ["EncryptionType", "KeyId"]);

interface Settings {
  readonly DesiredShardLevelMetrics?: readonly string[] | undefined;
  readonly MaxRecordSizeInKiB?: number | undefined;
  readonly RecordDistributionStrategy?: string | undefined;
  readonly RetentionPeriodHours?: number | undefined;
  readonly ShardCount?: number | undefined;
  readonly StreamEncryption?: ReturnType<typeof encryption> | undefined;
  readonly StreamModeDetails?: ReturnType<typeof streamMode> | undefined;
  readonly WarmThroughputMiBps?: number | undefined;
}

type Summary = Output<"kinesis", "DescribeStreamSummary">["StreamDescriptionSummary"];

export const kinesisStream: ResourceType = resourceType({
  type: "AWS::Kinesis::Stream",
  attributes: ["Arn", "WarmThroughputObject"],
  physicalName: { property: "Name", lengthMax: 128 },
  properties: {
    DesiredShardLevelMetrics: changes(list(text)),
    MaxRecordSizeInKiB: changes(number),
    Name: replaces(text),
    RecordDistributionStrategy: changes(text),
    RetentionPeriodHours: changes(number),
    ShardCount: changes(number),
    StreamEncryption: changes(encryption),
    StreamModeDetails: changes(streamMode),
    Tags: changes(tagList),
    WarmThroughputMiBps: changes(number),
  },
  exists: (ctx) =>
    found(GONE, call(ctx, "kinesis", "DescribeStreamSummary", { StreamName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const tags = tagsOf(ctx, properties.Tags);
    await created(
      ctx,
      ["ResourceInUseException"],
      call(ctx, "kinesis", "CreateStream", {
        StreamName: ctx.name,
        ShardCount: shardCountOf(properties),
        StreamModeDetails: properties.StreamModeDetails,
        MaxRecordSizeInKiB: properties.MaxRecordSizeInKiB,
        RecordDistributionStrategy: properties.RecordDistributionStrategy,
        WarmThroughputMiBps: properties.WarmThroughputMiBps,
        // A map of tags is refused when it is empty.
        Tags: Object.keys(tags).length === 0 ? undefined : tags,
      }),
    );
    return live(await settle(ctx, properties, await active(ctx)));
  },
  async update(ctx, { attributes }, properties, before) {
    const ResourceARN = String(attributes["Arn"]);
    await setMode(ctx, ResourceARN, properties, before);
    const summary = await settle(ctx, properties, await active(ctx));
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "kinesis", "TagResource", { ResourceARN, Tags: added }),
        untag: (keys) => call(ctx, "kinesis", "UntagResource", { ResourceARN, TagKeys: keys }),
      },
    );
    return live(summary);
  },
  async delete(ctx, { physicalId: StreamName }) {
    const input = { StreamName, EnforceConsumerDeletion: true };
    await unless(GONE, call(ctx, "kinesis", "DeleteStream", input));
    await waitUntil(ctx, `stream ${StreamName} to be gone`, async () => {
      const isThere = await found(
        GONE,
        call(ctx, "kinesis", "DescribeStreamSummary", { StreamName }),
      );
      return isThere ? undefined : true;
    });
  },
});

/** A stream with neither a count nor a mode has one shard. */
function shardCountOf({ ShardCount, StreamModeDetails: mode }: Settings): number | undefined {
  return mode?.StreamMode === "ON_DEMAND" ? ShardCount : (ShardCount ?? 1);
}

async function setMode(
  ctx: ResourceContext,
  StreamARN: string,
  after: Settings,
  before: Settings,
): Promise<void> {
  const mode = after.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  if (mode !== (before.StreamModeDetails?.StreamMode ?? "PROVISIONED")) {
    const StreamModeDetails = { StreamMode: mode };
    await call(ctx, "kinesis", "UpdateStreamMode", { StreamARN, StreamModeDetails });
    await active(ctx);
  }
}

/** Brings the stream from what it is to what the template says, one change after another. */
async function settle(ctx: ResourceContext, wanted: Settings, is: Summary): Promise<Summary> {
  const StreamName = ctx.name;
  const StreamARN = is.StreamARN;
  const steps: (() => Promise<unknown>)[] = [];
  const hours = wanted.RetentionPeriodHours ?? RETENTION_HOURS_DEFAULT;
  if (hours !== is.RetentionPeriodHours) {
    const way = hours > is.RetentionPeriodHours ? "Increase" : "Decrease";
    const input = { StreamName, RetentionPeriodHours: hours };
    steps.push(() => call(ctx, "kinesis", `${way}StreamRetentionPeriod`, input));
  }
  const shards = shardCountOf(wanted);
  if (is.StreamModeDetails?.StreamMode === "PROVISIONED" && shards !== is.OpenShardCount) {
    const input = { StreamName, TargetShardCount: shards ?? 1, ScalingType: "UNIFORM_SCALING" };
    steps.push(() => call(ctx, "kinesis", "UpdateShardCount", input));
  }
  const MaxRecordSizeInKiB = wanted.MaxRecordSizeInKiB ?? RECORD_KIB_DEFAULT;
  if (MaxRecordSizeInKiB !== is.MaxRecordSizeInKiB) {
    steps.push(() =>
      call(ctx, "kinesis", "UpdateMaxRecordSize", { StreamARN, MaxRecordSizeInKiB }),
    );
  }
  const { RecordDistributionStrategy = DISTRIBUTION_DEFAULT } = wanted;
  const has = is.RecordDistributionStrategy ?? DISTRIBUTION_DEFAULT;
  if (RecordDistributionStrategy !== has) {
    const input = { StreamARN, RecordDistributionStrategy };
    steps.push(() => call(ctx, "kinesis", "UpdateStreamRecordDistributionStrategy", input));
  }
  const warm = wanted.WarmThroughputMiBps;
  if (warm !== undefined && warm !== is.WarmThroughput?.TargetMiBps) {
    const input = { StreamName, WarmThroughputMiBps: warm };
    steps.push(() => call(ctx, "kinesis", "UpdateStreamWarmThroughput", input));
  }
  steps.push(...encryptionSteps(ctx, wanted, is), ...monitoringSteps(ctx, wanted, is));
  let summary = is;
  for (const step of steps) {
    await step();
    summary = await active(ctx);
  }
  return summary;
}

function encryptionSteps(
  ctx: ResourceContext,
  { StreamEncryption: key }: Settings,
  is: Summary,
): readonly (() => Promise<unknown>)[] {
  const StreamName = ctx.name;
  if (key !== undefined && key.KeyId !== is.KeyId) {
    return [() => call(ctx, "kinesis", "StartStreamEncryption", { StreamName, ...key })];
  }
  const { KeyId } = is;
  if (key === undefined && KeyId !== undefined) {
    const input = { StreamName, EncryptionType: "KMS", KeyId };
    return [() => call(ctx, "kinesis", "StopStreamEncryption", input)];
  }
  return [];
}

function monitoringSteps(
  ctx: ResourceContext,
  { DesiredShardLevelMetrics: wanted = [] }: Settings,
  is: Summary,
): readonly (() => Promise<unknown>)[] {
  const StreamName = ctx.name;
  const present = is.EnhancedMonitoring.flatMap(({ ShardLevelMetrics = [] }) => ShardLevelMetrics);
  const added = wanted.filter((metric) => !present.includes(metric));
  const isAll = wanted.includes("ALL");
  const gone = isAll ? [] : present.filter((metric) => !wanted.includes(metric));
  const change = (operation: "Enable" | "Disable", ShardLevelMetrics: readonly string[]) => () =>
    call(ctx, "kinesis", `${operation}EnhancedMonitoring`, { StreamName, ShardLevelMetrics });
  return [
    ...(added.length > 0 ? [change("Enable", added)] : []),
    ...(gone.length > 0 ? [change("Disable", gone)] : []),
  ];
}

function active(ctx: ResourceContext): Promise<Summary> {
  return waitUntil(ctx, `stream ${ctx.name} to be active`, async () => {
    const { StreamDescriptionSummary: summary } = await call(
      ctx,
      "kinesis",
      "DescribeStreamSummary",
      { StreamName: ctx.name },
    );
    return summary.StreamStatus === "ACTIVE" ? summary : undefined;
  });
}

function live({ StreamName, StreamARN, WarmThroughput: warm }: Summary): LiveResource {
  return {
    physicalId: StreamName,
    attributes: {
      Arn: StreamARN,
      ...(warm && {
        WarmThroughputObject: {
          TargetMiBps: warm.TargetMiBps ?? 0,
          CurrentMiBps: warm.CurrentMiBps ?? 0,
        },
      }),
    },
  };
}
