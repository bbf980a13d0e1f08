/** Tables as the operations on tables show them. */
import type { ReadTx } from "../../store/store.ts";
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  ProvisionedThroughputDescription,
  RestoreSummary,
  SourceTableFeatureDetails,
  TableDescription,
} from "../../wire/models/dynamodb.gen.ts";
import { BASE_INDEX } from "./keys.ts";
import type { IndexRecord, Restored, TableRecord, Throughput } from "./table.ts";
import { sizeOf } from "./table-size.ts";
import { describeSettings } from "./throughput-settings.ts";

export function describeRecord(
  tx: ReadTx,
  record: TableRecord,
  TableStatus: "ACTIVE" | "CREATING" | "DELETING" = record.isCreating ? "CREATING" : "ACTIVE",
): TableDescription {
  const size = sizeOf(tx, record.number, BASE_INDEX);
  const local = record.indexes.filter((index) => !index.isGlobal);
  const global = record.indexes.filter((index) => index.isGlobal);
  return {
    AttributeDefinitions: Object.entries(record.attributes).map(
      ([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }),
    ),
    TableName: record.name,
    KeySchema: keySchemaOf(record),
    TableStatus,
    CreationDateTime: new Date(record.createdMs),
    ProvisionedThroughput: throughputOf(record.throughput),
    TableSizeBytes: size.bytes,
    ItemCount: size.items,
    TableArn: record.arn,
    TableId: record.id,
    ...billingOf(record),
    ...describeSettings(record, record),
    ...(local.length > 0 && {
      LocalSecondaryIndexes: local.map((index) => describeIndex(tx, record, index)),
    }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((index) => describeGlobalIndex(tx, record, index)),
    }),
    ...(record.encryption && {
      SSEDescription: {
        Status: "ENABLED",
        SSEType: "KMS",
        KMSMasterKeyArn: record.encryption.keyArn,
      },
    }),
    ...(record.tableClass !== undefined && {
      TableClassSummary: { TableClass: record.tableClass },
    }),
    ...streamOf(record),
    ...replicasOf(record),
    ...(record.restored && { RestoreSummary: restoreOf(record, record.restored) }),
    DeletionProtectionEnabled: record.isProtected,
  };
}

/** A replica shows the others. */
function replicasOf({ arn, replicas }: TableRecord): Partial<TableDescription> {
  const own = arn.split(":")[3];
  return replicas === undefined
    ? {}
    : {
        GlobalTableVersion: "2019.11.21",
        Replicas: replicas
          .filter(({ region }) => region !== own)
          .map(({ region, isFilling }) => ({
            RegionName: region,
            ReplicaStatus: isFilling ? "CREATING" : "ACTIVE",
          })),
      };
}

function restoreOf(record: TableRecord, restored: Restored): RestoreSummary {
  return {
    ...(restored.sourceBackupArn !== undefined && { SourceBackupArn: restored.sourceBackupArn }),
    SourceTableArn: restored.sourceTableArn,
    RestoreDateTime: new Date(restored.atMs),
    RestoreInProgress: record.isCreating === true,
  };
}

/** The indexes as backups have them, and as a table made from one is asked for them. */
export function indexInfos(record: TableRecord): IndexInfos {
  const [local, global] = [false, true].map((isGlobal) =>
    record.indexes
      .filter((index) => index.isGlobal === isGlobal)
      .map((index) => ({
        IndexName: index.name,
        KeySchema: keySchemaOf(index),
        Projection: {
          ProjectionType: index.projection,
          ...(index.included && { NonKeyAttributes: index.included }),
        },
        ...(index.throughput && {
          ProvisionedThroughput: {
            ReadCapacityUnits: index.throughput.readUnits,
            WriteCapacityUnits: index.throughput.writeUnits,
          },
        }),
      })),
  );
  return {
    ...(local !== undefined && local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global !== undefined && global.length > 0 && { GlobalSecondaryIndexes: global }),
  };
}

type IndexInfos = Pick<
  SourceTableFeatureDetails,
  "LocalSecondaryIndexes" | "GlobalSecondaryIndexes"
>;

function streamOf({ stream }: TableRecord): Partial<TableDescription> {
  return stream === undefined
    ? {}
    : {
        ...(stream.isEnabled && {
          StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
        }),
        LatestStreamLabel: stream.label,
        LatestStreamArn: stream.arn,
      };
}

export function keySchemaOf(keys: {
  readonly hash: string;
  readonly range?: string | undefined;
}): readonly KeySchemaElement[] {
  const hash = { AttributeName: keys.hash, KeyType: "HASH" };
  return keys.range === undefined
    ? [hash]
    : [hash, { AttributeName: keys.range, KeyType: "RANGE" }];
}

function throughputOf(throughput: Throughput | undefined): ProvisionedThroughputDescription {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput?.readUnits ?? 0,
    WriteCapacityUnits: throughput?.writeUnits ?? 0,
  };
}

function billingOf(record: TableRecord): Pick<TableDescription, "BillingModeSummary"> {
  if (record.onDemandSinceMs === undefined) {
    return {};
  }
  const since = new Date(record.onDemandSinceMs);
  return {
    BillingModeSummary: {
      BillingMode: record.billing,
      LastUpdateToPayPerRequestDateTime: since,
    },
  };
}

function describeIndex(
  tx: ReadTx,
  record: TableRecord,
  index: IndexRecord,
): LocalSecondaryIndexDescription {
  const size = sizeOf(tx, record.number, index.number);
  return {
    IndexName: index.name,
    KeySchema: keySchemaOf(index),
    Projection: {
      ProjectionType: index.projection,
      ...(index.included && { NonKeyAttributes: index.included }),
    },
    IndexSizeBytes: size.bytes,
    ItemCount: size.items,
    IndexArn: `${record.arn}/index/${index.name}`,
  };
}

function describeGlobalIndex(
  tx: ReadTx,
  record: TableRecord,
  index: IndexRecord,
): GlobalSecondaryIndexDescription {
  return {
    ...describeIndex(tx, record, index),
    IndexStatus: index.isFilling === true ? "CREATING" : "ACTIVE",
    ...(index.isFilling === true && { Backfilling: true }),
    ProvisionedThroughput: throughputOf(index.throughput),
    ...describeSettings(index, { billing: record.billing, throughput: index.throughput }),
  };
}
