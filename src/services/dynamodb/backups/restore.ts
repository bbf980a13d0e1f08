/**
 * Tables made from backups and from earlier moments of other tables.
 *
 * A restored table has the keys, indexes, billing and encryption of its source unless the request
 * says otherwise; stream, time to live, tags, point-in-time recovery and protection are not restored.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Restore.Tutorial.html
 */
import type { WriteTx } from "../../../store/store.ts";
import type {
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
} from "../../../wire/models/dynamodb.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { indexInfos, keySchemaOf } from "../describe-table.ts";
import { invalidParameters } from "../errors.ts";
import { tableDraft } from "../new-table.ts";
import type { TableRecord } from "../table.ts";
import { type TableId, tableIdOf } from "../table-id.ts";
import { nextTableNumber, type Tables } from "../tables.ts";
import { targetTableExists } from "./errors.ts";
import { beginSnapshot, type Snapshot } from "./snapshot.ts";

export type Overrides = Pick<
  Input<"dynamodb", "RestoreTableFromBackup">,
  | "TargetTableName"
  | "BillingModeOverride"
  | "GlobalSecondaryIndexOverride"
  | "LocalSecondaryIndexOverride"
  | "ProvisionedThroughputOverride"
  | "OnDemandThroughputOverride"
  | "SSESpecificationOverride"
>;

export interface RestoreSource {
  readonly record: TableRecord;
  readonly snapshot: Pick<Snapshot, "source" | "momentId">;
  readonly restoredMs: number;
  readonly backupArn?: string | undefined;
}

/** The table is `CREATING` until all items are there. */
export function beginRestore(
  tx: WriteTx,
  ctx: { readonly tables: Tables; readonly accountId: string; readonly region: string },
  source: RestoreSource,
  overrides: Overrides,
): TableRecord {
  const id = tableIdOf(ctx, overrides.TargetTableName);
  if (ctx.tables.find(tx, id) !== undefined) {
    throw targetTableExists(id.name);
  }
  const draft = restoredDraft(id, source.record, overrides);
  const record: TableRecord = {
    ...draft,
    number: nextTableNumber(tx),
    id: tx.random.uuid(),
    createdMs: tx.nowMs,
    ...(draft.billing === "PAY_PER_REQUEST" && { onDemandSinceMs: tx.nowMs }),
    isCreating: true,
    restored: {
      sourceTableArn: source.record.arn,
      ...(source.backupArn !== undefined && { sourceBackupArn: source.backupArn }),
      atMs: source.restoredMs,
    },
  };
  ctx.tables.put(tx, record);
  beginSnapshot(tx, ctx.tables, {
    ...source.snapshot,
    target: record,
    completion: { kind: "restore", arn: record.arn },
  });
  return record;
}

function restoredDraft(id: TableId, source: TableRecord, overrides: Overrides) {
  const infos = indexInfos(source);
  const global = overrides.GlobalSecondaryIndexOverride ?? infos.GlobalSecondaryIndexes ?? [];
  const local = overrides.LocalSecondaryIndexOverride ?? infos.LocalSecondaryIndexes ?? [];
  const billing = overrides.BillingModeOverride ?? source.billing;
  const isProvisioned = billing === "PROVISIONED";
  requireKnownIndexes(source, [...global, ...local]);
  const used = new Set(
    [
      ...keySchemaOf(source),
      ...[...global, ...local].flatMap(({ KeySchema }) => KeySchema ?? []),
    ].map(({ AttributeName }) => AttributeName),
  );
  const known = source.throughput && {
    ReadCapacityUnits: source.throughput.readUnits,
    WriteCapacityUnits: source.throughput.writeUnits,
  };
  return tableDraft(id, {
    TableName: id.name,
    KeySchema: keySchemaOf(source),
    AttributeDefinitions: Object.entries(source.attributes)
      .filter(([name]) => used.has(name))
      .map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    BillingMode: billing,
    ProvisionedThroughput: isProvisioned
      ? (overrides.ProvisionedThroughputOverride ?? known)
      : overrides.ProvisionedThroughputOverride,
    OnDemandThroughput: overrides.OnDemandThroughputOverride,
    SSESpecification:
      overrides.SSESpecificationOverride ??
      (source.encryption && { Enabled: true, KMSMasterKeyId: source.encryption.keyArn }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((index) => globalInput(index, isProvisioned)),
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local as readonly LocalSecondaryIndex[] }),
  });
}

function globalInput(index: object, isProvisioned: boolean): GlobalSecondaryIndex {
  const { ProvisionedThroughput, ...rest } = index as GlobalSecondaryIndex;
  return isProvisioned && ProvisionedThroughput ? { ...rest, ProvisionedThroughput } : rest;
}

function requireKnownIndexes(
  source: TableRecord,
  wanted: readonly { readonly IndexName?: string | undefined }[],
): void {
  const known = new Set(source.indexes.map(({ name }) => name));
  const unknown = wanted.find(({ IndexName }) => !known.has(IndexName ?? ""));
  if (unknown !== undefined) {
    throw invalidParameters(
      `The index ${unknown.IndexName} does not match any secondary index of the source table`,
    );
  }
}
