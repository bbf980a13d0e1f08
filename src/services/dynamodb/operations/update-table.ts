import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { describeRecord } from "../describe-table.ts";
import { tableBeingCreated, validation } from "../errors.ts";
import { changeIndexes } from "../index-changes.ts";
import { throughputOf } from "../new-index.ts";
import { billingOf, encryptionOf } from "../new-table.ts";
import type { DynamoDbContext } from "../ports.ts";
import { changeReplicas } from "../replicas/replica-group.ts";
import { otherReplicas } from "../replicas/replication.ts";
import { withChangedStream } from "../streams/stream-specification.ts";
import type { TableRecord } from "../table.ts";
import { type TableId, tableIdOf } from "../table-id.ts";
import { changedSettings } from "../throughput-settings.ts";

type UpdateTableInput = Input<"dynamodb", "UpdateTable">;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
export async function updateTable(
  ctx: DynamoDbContext,
  input: UpdateTableInput,
): Promise<Output<"dynamodb", "UpdateTable">> {
  refuseUnsupported(input);
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.write((tx) => {
    const { record } = ctx.tables.named(tx, id);
    if (record.isCreating) {
      throw tableBeingCreated(id.name);
    }
    requireStreamKept(record, input);
    const changed = withChangedStream(
      tx,
      withChanges(tx, id, record, input),
      input.StreamSpecification,
    );
    ctx.tables.put(tx, changed);
    for (const other of otherReplicas(tx, ctx.tables, changed)) {
      ctx.tables.put(tx, withChanges(tx, id, other.record, sharedOf(input)));
    }
    const updates = input.ReplicaUpdates ?? [];
    const replicated = changeReplicas(tx, ctx.tables, changed, updates);
    return { TableDescription: describeRecord(tx, replicated) };
  });
}

function withChanges(
  tx: WriteTx,
  id: TableId,
  record: TableRecord,
  input: UpdateTableInput,
): TableRecord {
  return changeIndexes(tx, withSettings(id, record, input, tx.nowMs), input);
}

/** What all replicas of a global table have in common; the rest is each one's own. */
function sharedOf(input: UpdateTableInput): UpdateTableInput {
  const { TableName, AttributeDefinitions, BillingMode, ProvisionedThroughput } = input;
  const { GlobalSecondaryIndexUpdates } = input;
  return {
    TableName,
    AttributeDefinitions,
    BillingMode,
    ProvisionedThroughput,
    GlobalSecondaryIndexUpdates,
  };
}

function requireStreamKept(record: TableRecord, input: UpdateTableInput): void {
  if (record.replicas !== undefined && input.StreamSpecification !== undefined) {
    throw validation("The stream of a table that has replicas can not be changed");
  }
}

const UNSUPPORTED = [
  "DisassociationProtectionEnabled",
  "GlobalTableSettingsReplicationMode",
  "GlobalTableWitnessUpdates",
  "MultiRegionConsistency",
  "VectorIndexUpdates",
] as const;

const CHANGES = [
  "BillingMode",
  "DeletionProtectionEnabled",
  "GlobalSecondaryIndexUpdates",
  "OnDemandThroughput",
  "ProvisionedThroughput",
  "ReplicaUpdates",
  "SSESpecification",
  "StreamSpecification",
  "TableClass",
  "WarmThroughput",
] as const;

function refuseUnsupported(input: UpdateTableInput): void {
  const given = UNSUPPORTED.find((member) => input[member] !== undefined);
  if (given !== undefined) {
    throw notSupported("UpdateTable", given);
  }
  if (CHANGES.every((member) => input[member] === undefined)) {
    throw validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  }
}

function withSettings(
  id: TableId,
  record: TableRecord,
  input: UpdateTableInput,
  nowMs: number,
): TableRecord {
  const { encryption, onDemandMax, warm, ...unencrypted } = withBilling(record, input, nowMs);
  const isEncryptionKept = input.SSESpecification === undefined && encryption !== undefined;
  return {
    ...unencrypted,
    ...changedSettings(
      { ...(onDemandMax && { onDemandMax }), ...(warm && { warm }) },
      input,
      unencrypted,
      "table",
    ),
    ...(isEncryptionKept ? { encryption } : encryptionOf(id, input.SSESpecification)),
    ...(input.TableClass !== undefined && { tableClass: input.TableClass }),
    isProtected: input.DeletionProtectionEnabled ?? record.isProtected,
  };
}

function withBilling(record: TableRecord, input: UpdateTableInput, nowMs: number): TableRecord {
  const { BillingMode, ProvisionedThroughput } = input;
  if (BillingMode === undefined && ProvisionedThroughput === undefined) {
    return record;
  }
  const billing = billingOf(BillingMode ?? record.billing, ProvisionedThroughput);
  if (billing === "PAY_PER_REQUEST") {
    const { throughput: _, ...onDemand } = record;
    const indexes = record.indexes.map(({ throughput: _throughput, ...index }) => index);
    const onDemandSinceMs = record.billing === billing ? record.onDemandSinceMs : nowMs;
    return { ...onDemand, billing, indexes, onDemandSinceMs: onDemandSinceMs ?? nowMs };
  }
  const throughput = ProvisionedThroughput && throughputOf(ProvisionedThroughput);
  requireOtherThroughput(record, throughput);
  return { ...record, billing, ...(throughput && { throughput }) };
}

function requireOtherThroughput(
  { throughput: current }: TableRecord,
  requested: TableRecord["throughput"],
): void {
  const isSame =
    current !== undefined &&
    current.readUnits === requested?.readUnits &&
    current.writeUnits === requested.writeUnits;
  if (isSame) {
    throw validation(
      "The provisioned throughput for the table will not change. The requested value equals the " +
        "current value. " +
        `Current ReadCapacityUnits provisioned for the table: ${current.readUnits}. ` +
        `Requested ReadCapacityUnits: ${requested.readUnits}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.writeUnits}. ` +
        `Requested WriteCapacityUnits: ${requested.writeUnits}. ` +
        "Refer to the Amazon DynamoDB Developer Guide for current limits and " +
        "how to request higher limits.",
    );
  }
}
