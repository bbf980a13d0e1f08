/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html */
import { equalValues, type Value } from "../../languages/template/value.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { kinesisStreamSpecification, setKinesisStream } from "./dynamodb-kinesis-stream.ts";
import {
  boolean,
  document,
  list,
  number,
  object,
  type Shape,
  tagList,
  text,
} from "./property-shape.ts";
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
  tagsOf,
  unless,
} from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["ResourceNotFoundException"];

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface Projected {
  readonly NonKeyAttributes?: readonly string[] | undefined;
  readonly ProjectionType?: string | undefined;
}

interface Recovery {
  readonly PointInTimeRecoveryEnabled?: boolean | undefined;
  readonly RecoveryPeriodInDays?: number | undefined;
}

interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

interface TimeToLive {
  readonly AttributeName?: string | undefined;
  readonly Enabled: boolean;
}

interface PlainIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: Projected;
}

interface GlobalIndex extends PlainIndex {
  readonly OnDemandThroughput?:
    | {
        readonly MaxReadRequestUnits?: number | undefined;
        readonly MaxWriteRequestUnits?: number | undefined;
      }
    | undefined;
  readonly ProvisionedThroughput?:
    | { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number }
    | undefined;
}

export const keySchema: Shape<readonly KeyElement[]> = list(
  object({ AttributeName: text, KeyType: text }, ["AttributeName", "KeyType"]),
);
const projection: Shape<Projected> = object({
  NonKeyAttributes: list(text),
  ProjectionType: text,
});
const throughput = object({ ReadCapacityUnits: number, WriteCapacityUnits: number }, [
  "ReadCapacityUnits",
  "WriteCapacityUnits",
]);
export const recovery: Shape<Recovery> = object({
  PointInTimeRecoveryEnabled: boolean,
  RecoveryPeriodInDays: number,
});
const onDemand = object({ MaxReadRequestUnits: number, MaxWriteRequestUnits: number });
const globalIndex: Shape<GlobalIndex> = object(
  {
    IndexName: text,
    KeySchema: keySchema,
    OnDemandThroughput: onDemand,
    Projection: projection,
    ProvisionedThroughput: throughput,
  },
  ["IndexName", "KeySchema", "Projection"],
);
/** A local index, or a global one whose throughput is its table's. */
export const plainIndex: Shape<PlainIndex> = object(
  { IndexName: text, KeySchema: keySchema, Projection: projection },
  ["IndexName", "KeySchema", "Projection"],
);
export const attributeDefinitions: Shape<readonly AttributeDefinition[]> = list(
  object({ AttributeName: text, AttributeType: text }, ["AttributeName", "AttributeType"]),
);
export const timeToLive: Shape<TimeToLive> = object({ AttributeName: text, Enabled: boolean }, [
  "Enabled",
]);

type Table = NonNullable<Output<"dynamodb", "DescribeTable">["Table"]>;
type Update = Omit<Input<"dynamodb", "UpdateTable">, "TableName">;

interface Properties {
  readonly TimeToLiveSpecification?: TimeToLive | undefined;
  readonly PointInTimeRecoverySpecification?: Recovery | undefined;
}

export const dynamodbTable: ResourceType = resourceType({
  type: "AWS::DynamoDB::Table",
  attributes: ["Arn", "StreamArn"],
  physicalName: { property: "TableName", lengthMax: 255 },
  properties: {
    AttributeDefinitions: changes(attributeDefinitions),
    BillingMode: changes(text),
    DeletionProtectionEnabled: changes(boolean),
    GlobalSecondaryIndexes: changes(list(globalIndex)),
    KeySchema: replaces(keySchema),
    KinesisStreamSpecification: changes(kinesisStreamSpecification),
    LocalSecondaryIndexes: replaces(list(plainIndex)),
    OnDemandThroughput: changes(onDemand),
    PointInTimeRecoverySpecification: changes(recovery),
    ProvisionedThroughput: changes(throughput),
    ResourcePolicy: replaces(object({ PolicyDocument: document }, ["PolicyDocument"])),
    SSESpecification: changes(
      object({ KMSMasterKeyId: text, SSEEnabled: boolean, SSEType: text }, ["SSEEnabled"]),
    ),
    StreamSpecification: changes(object({ StreamViewType: text }, ["StreamViewType"])),
    TableClass: changes(text),
    TableName: replaces(text),
    Tags: changes(tagList),
    TimeToLiveSpecification: changes(timeToLive),
  },
  required: ["KeySchema"],
  exists: (ctx) => found(GONE, call(ctx, "dynamodb", "DescribeTable", { TableName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const {
      KinesisStreamSpecification: changesTo,
      PointInTimeRecoverySpecification: _,
      ResourcePolicy: policy,
      SSESpecification: sse,
      StreamSpecification: stream,
      Tags,
      TimeToLiveSpecification: __,
      ...rest
    } = properties;
    await created(
      ctx,
      ["ResourceInUseException"],
      call(ctx, "dynamodb", "CreateTable", {
        ...rest,
        TableName: ctx.name,
        ResourcePolicy: policy?.PolicyDocument,
        SSESpecification: sse && encryption(sse),
        StreamSpecification: stream && { StreamEnabled: true, ...stream },
        Tags: tagPairs(tagsOf(ctx, Tags)),
      }),
    );
    const table = await active(ctx);
    await setTimeToLive(ctx, properties, {});
    await setRecovery(ctx, properties, {});
    await setKinesisStream(ctx, changesTo, undefined);
    return live(ctx, table);
  },
  async update(ctx, _, properties, before) {
    for (const change of tableUpdates(properties, before)) {
      await call(ctx, "dynamodb", "UpdateTable", { TableName: ctx.name, ...change });
      await active(ctx);
    }
    await updateIndexes(ctx, properties, before.GlobalSecondaryIndexes ?? []);
    await setTimeToLive(ctx, properties, before);
    await setRecovery(ctx, properties, before);
    await setKinesisStream(
      ctx,
      properties.KinesisStreamSpecification,
      before.KinesisStreamSpecification,
    );
    const table = await active(ctx);
    const ResourceArn = table.TableArn ?? "";
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "dynamodb", "TagResource", { ResourceArn, Tags: tagPairs(added) }),
        untag: (keys) => call(ctx, "dynamodb", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live(ctx, table);
  },
  async delete(ctx, { physicalId: TableName }) {
    await unless(GONE, call(ctx, "dynamodb", "DeleteTable", { TableName }));
    await waitUntil(ctx, `table ${TableName} to be gone`, async () => {
      const isThere = await found(GONE, call(ctx, "dynamodb", "DescribeTable", { TableName }));
      return isThere ? undefined : true;
    });
  },
});

export function encryption(sse: {
  readonly SSEEnabled: boolean;
  readonly SSEType?: string | undefined;
  readonly KMSMasterKeyId?: string | undefined;
}): Input<"dynamodb", "CreateTable">["SSESpecification"] {
  return { Enabled: sse.SSEEnabled, SSEType: sse.SSEType, KMSMasterKeyId: sse.KMSMasterKeyId };
}

interface Updatable {
  readonly BillingMode?: string | undefined;
  readonly DeletionProtectionEnabled?: boolean | undefined;
  readonly OnDemandThroughput?: ReturnType<typeof onDemand> | undefined;
  readonly ProvisionedThroughput?: ReturnType<typeof throughput> | undefined;
  readonly SSESpecification?: Parameters<typeof encryption>[0] | undefined;
  readonly StreamSpecification?: { readonly StreamViewType: string } | undefined;
  readonly TableClass?: string | undefined;
}

/** One call for what changes of the table itself, one more for each that must stand alone. */
function tableUpdates(after: Updatable, before: Updatable): readonly Update[] {
  const updates: Update[] = [];
  const throughputChanged =
    after.BillingMode !== before.BillingMode ||
    !same(after.ProvisionedThroughput, before.ProvisionedThroughput) ||
    !same(after.OnDemandThroughput, before.OnDemandThroughput);
  if (throughputChanged) {
    updates.push({
      BillingMode: after.BillingMode ?? "PROVISIONED",
      ProvisionedThroughput: after.ProvisionedThroughput,
      OnDemandThroughput: after.OnDemandThroughput,
    });
  }
  if (after.DeletionProtectionEnabled !== before.DeletionProtectionEnabled) {
    updates.push({ DeletionProtectionEnabled: after.DeletionProtectionEnabled ?? false });
  }
  if (after.TableClass !== before.TableClass) {
    updates.push({ TableClass: after.TableClass ?? "STANDARD" });
  }
  if (!same(after.SSESpecification, before.SSESpecification)) {
    updates.push({ SSESpecification: encryption(after.SSESpecification ?? { SSEEnabled: false }) });
  }
  if (!same(after.StreamSpecification, before.StreamSpecification)) {
    if (before.StreamSpecification !== undefined) {
      updates.push({ StreamSpecification: { StreamEnabled: false } });
    }
    if (after.StreamSpecification !== undefined) {
      updates.push({ StreamSpecification: { StreamEnabled: true, ...after.StreamSpecification } });
    }
  }
  return updates;
}

/** DynamoDB makes or removes one index at a time. */
export async function updateIndexes(
  ctx: ResourceContext,
  after: {
    readonly GlobalSecondaryIndexes?: readonly GlobalIndex[] | undefined;
    readonly AttributeDefinitions?: Update["AttributeDefinitions"];
  },
  before: readonly GlobalIndex[],
): Promise<void> {
  const wanted = after.GlobalSecondaryIndexes ?? [];
  const existing = new Set((await active(ctx)).GlobalSecondaryIndexes?.map((i) => i.IndexName));
  const update = async (change: NonNullable<Update["GlobalSecondaryIndexUpdates"]>[number]) => {
    await call(ctx, "dynamodb", "UpdateTable", {
      TableName: ctx.name,
      AttributeDefinitions: after.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [change],
    });
    await active(ctx);
  };
  const old = new Map(before.map((index) => [index.IndexName, index]));
  for (const { IndexName } of before) {
    const next = wanted.find((index) => index.IndexName === IndexName);
    if (existing.has(IndexName) && !sameDefinition(next, old.get(IndexName))) {
      await update({ Delete: { IndexName } });
      existing.delete(IndexName);
    }
  }
  for (const index of wanted) {
    const { IndexName, ProvisionedThroughput, OnDemandThroughput } = index;
    if (!existing.has(IndexName)) {
      await update({ Create: index });
    } else if (!same(index, old.get(IndexName))) {
      await update({ Update: { IndexName, ProvisionedThroughput, OnDemandThroughput } });
    }
  }
}

function sameDefinition(a: GlobalIndex | undefined, b: GlobalIndex | undefined): boolean {
  return same([a?.KeySchema, a?.Projection], [b?.KeySchema, b?.Projection]);
}

export async function setTimeToLive(
  ctx: ResourceContext,
  { TimeToLiveSpecification: after }: Properties,
  { TimeToLiveSpecification: before }: Properties,
): Promise<void> {
  if (same(after, before)) {
    return;
  }
  const AttributeName = after?.AttributeName ?? before?.AttributeName ?? "";
  const { TimeToLiveDescription: known } = await call(ctx, "dynamodb", "DescribeTimeToLive", {
    TableName: ctx.name,
  });
  const isEnabled = /^ENABL/.test(known?.TimeToLiveStatus ?? "");
  const isWanted = after?.Enabled ?? false;
  const isOther = isEnabled && isWanted && known?.AttributeName !== AttributeName;
  if (isEnabled !== isWanted || isOther) {
    await call(ctx, "dynamodb", "UpdateTimeToLive", {
      TableName: ctx.name,
      TimeToLiveSpecification: { Enabled: isWanted, AttributeName },
    });
  }
}

export async function setRecovery(
  ctx: ResourceContext,
  { PointInTimeRecoverySpecification: after }: Properties,
  { PointInTimeRecoverySpecification: before }: Properties,
): Promise<void> {
  const isWanted = after?.PointInTimeRecoveryEnabled ?? false;
  const wasWanted = before?.PointInTimeRecoveryEnabled ?? false;
  const days = after?.RecoveryPeriodInDays;
  if (isWanted !== wasWanted || (isWanted && days !== before?.RecoveryPeriodInDays)) {
    await call(ctx, "dynamodb", "UpdateContinuousBackups", {
      TableName: ctx.name,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: isWanted,
        ...(isWanted && { RecoveryPeriodInDays: days }),
      },
    });
  }
}

export function active(ctx: ResourceContext): Promise<Table> {
  return waitUntil(ctx, `table ${ctx.name} to be active`, async () => {
    const { Table: table } = await call(ctx, "dynamodb", "DescribeTable", {
      TableName: ctx.name,
    });
    const isReady =
      table?.TableStatus === "ACTIVE" &&
      (table.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === "ACTIVE");
    return isReady ? table : undefined;
  });
}

function live(ctx: ResourceContext, table: Table): LiveResource {
  const stream = table.LatestStreamArn;
  return {
    physicalId: ctx.name,
    attributes: {
      Arn: table.TableArn ?? "",
      ...(stream === undefined ? {} : { StreamArn: stream }),
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  return equalValues(a as Value, b as Value);
}
