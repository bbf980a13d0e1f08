/**
 * A table and its replicas: the one in the stack's own region is made first, the others follow.
 *
 * Settings of a replica (tags, recovery, protection, class) are made in its region.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import {
  active,
  attributeDefinitions,
  encryption,
  keySchema,
  plainIndex,
  recovery,
  setRecovery,
  setTimeToLive,
  timeToLive,
  updateIndexes,
} from "./dynamodb-table.ts";
import { boolean, list, object, tagList, text } from "./property-shape.ts";
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

const replica = object(
  {
    Region: text,
    DeletionProtectionEnabled: boolean,
    PointInTimeRecoverySpecification: recovery,
    TableClass: text,
    Tags: tagList,
  },
  ["Region"],
);

type Replica = ReturnType<typeof replica>;

export const dynamodbGlobalTable: ResourceType = resourceType({
  type: "AWS::DynamoDB::GlobalTable",
  attributes: ["Arn", "StreamArn", "TableId"],
  physicalName: { property: "TableName", lengthMax: 255 },
  properties: {
    AttributeDefinitions: changes(attributeDefinitions),
    BillingMode: replaces(text),
    GlobalSecondaryIndexes: changes(list(plainIndex)),
    KeySchema: replaces(keySchema),
    LocalSecondaryIndexes: replaces(list(plainIndex)),
    Replicas: changes(list(replica)),
    SSESpecification: replaces(object({ SSEEnabled: boolean, SSEType: text }, ["SSEEnabled"])),
    StreamSpecification: replaces(object({ StreamViewType: text }, ["StreamViewType"])),
    TableName: replaces(text),
    TimeToLiveSpecification: changes(timeToLive),
  },
  required: ["AttributeDefinitions", "KeySchema", "Replicas"],
  exists: (ctx) => found(GONE, call(ctx, "dynamodb", "DescribeTable", { TableName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const {
      Replicas: replicas,
      SSESpecification: sse,
      StreamSpecification: stream,
      TimeToLiveSpecification: _,
      ...rest
    } = properties;
    const own = ownReplica(ctx, replicas);
    await created(
      ctx,
      ["ResourceInUseException"],
      call(ctx, "dynamodb", "CreateTable", {
        ...rest,
        TableName: ctx.name,
        DeletionProtectionEnabled: own.DeletionProtectionEnabled,
        SSESpecification: sse && encryption(sse),
        StreamSpecification: stream && { StreamEnabled: true, ...stream },
        TableClass: own.TableClass,
        Tags: tagPairs(tagsOf(ctx, own.Tags)),
      }),
    );
    await active(ctx);
    await setTimeToLive(ctx, properties, {});
    await setRecovery(ctx, own, {});
    await changeReplicas(ctx, replicas, [own]);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    ownReplica(ctx, properties.Replicas);
    await updateIndexes(ctx, properties, before.GlobalSecondaryIndexes ?? []);
    await setTimeToLive(ctx, properties, before);
    await changeReplicas(ctx, properties.Replicas, before.Replicas);
    return live(ctx);
  },
  async delete(ctx, { physicalId: TableName }) {
    for (const region of await otherRegions(ctx, TableName)) {
      await dropReplica(ctx, TableName, region);
    }
    await unless(GONE, call(ctx, "dynamodb", "DeleteTable", { TableName }));
    await waitUntil(ctx, `table ${TableName} to be gone`, async () => {
      const isThere = await found(GONE, call(ctx, "dynamodb", "DescribeTable", { TableName }));
      return isThere ? undefined : true;
    });
  },
});

function ownReplica(ctx: ResourceContext, replicas: readonly Replica[]): Replica {
  const own = replicas.find(({ Region }) => Region === ctx.caller.region);
  if (own === undefined) {
    throw new AwsError({
      code: "InvalidRequest",
      message: `Replicas must have one in the stack's own region, ${ctx.caller.region}`,
    });
  }
  return own;
}

async function changeReplicas(
  ctx: ResourceContext,
  after: readonly Replica[],
  before: readonly Replica[],
): Promise<void> {
  const existing = new Set([ctx.caller.region, ...(await otherRegions(ctx, ctx.name))]);
  for (const region of existing) {
    if (!after.some(({ Region }) => Region === region)) {
      await dropReplica(ctx, ctx.name, region);
    }
  }
  for (const wanted of after) {
    const known = before.find(({ Region }) => Region === wanted.Region);
    if (!existing.has(wanted.Region)) {
      await call(ctx, "dynamodb", "UpdateTable", {
        TableName: ctx.name,
        ReplicaUpdates: [{ Create: { RegionName: wanted.Region } }],
      });
      await replicaActive(ctx, wanted.Region);
    }
    await setReplica(inRegion(ctx, wanted.Region), wanted, known);
  }
}

/** What a replica has for itself. `before` is what the template said of it, if it did. */
async function setReplica(
  ctx: ResourceContext,
  after: Replica,
  before: Replica | undefined,
): Promise<void> {
  if (after === before) {
    return;
  }
  const { TableArn: ResourceArn = "" } = await active(ctx);
  const isProtected = after.DeletionProtectionEnabled ?? false;
  const settings = {
    ...(isProtected !== (before?.DeletionProtectionEnabled ?? false) && {
      DeletionProtectionEnabled: isProtected,
    }),
    ...(after.TableClass !== before?.TableClass && { TableClass: after.TableClass ?? "STANDARD" }),
  };
  if (Object.keys(settings).length > 0) {
    await call(ctx, "dynamodb", "UpdateTable", { TableName: ctx.name, ...settings });
  }
  await setRecovery(ctx, after, before ?? {});
  await retag(
    before === undefined ? { ...ctx, stackTagsBefore: {} } : ctx,
    { after: after.Tags, before: before?.Tags },
    {
      tag: (added) => call(ctx, "dynamodb", "TagResource", { ResourceArn, Tags: tagPairs(added) }),
      untag: (keys) => call(ctx, "dynamodb", "UntagResource", { ResourceArn, TagKeys: keys }),
    },
  );
}

async function otherRegions(ctx: ResourceContext, TableName: string): Promise<readonly string[]> {
  const answer = await unless(GONE, call(ctx, "dynamodb", "DescribeTable", { TableName }));
  return (answer?.Table?.Replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []);
}

async function replicaActive(ctx: ResourceContext, region: string): Promise<void> {
  await waitUntil(ctx, `the replica in ${region} to be active`, async () => {
    const { Table } = await call(ctx, "dynamodb", "DescribeTable", { TableName: ctx.name });
    const replicas = Table?.Replicas ?? [];
    return replicas.some(
      ({ RegionName, ReplicaStatus }) => RegionName === region && ReplicaStatus === "ACTIVE",
    )
      ? true
      : undefined;
  });
}

async function dropReplica(
  ctx: ResourceContext,
  TableName: string,
  RegionName: string,
): Promise<void> {
  await call(ctx, "dynamodb", "UpdateTable", {
    TableName,
    ReplicaUpdates: [{ Delete: { RegionName } }],
  });
}

function inRegion(ctx: ResourceContext, region: string): ResourceContext {
  return { ...ctx, caller: { ...ctx.caller, region } };
}

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { TableArn, TableId, LatestStreamArn } = await active(ctx);
  return {
    physicalId: ctx.name,
    attributes: {
      Arn: TableArn ?? "",
      TableId: TableId ?? "",
      ...(LatestStreamArn !== undefined && { StreamArn: LatestStreamArn }),
    },
  };
}
