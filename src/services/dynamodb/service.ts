/**
 * Amazon DynamoDB: tables, items, indexes, expressions.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
 */
import { createExpressionCompiler } from "../../languages/dynamodb/compile.ts";
import { createStatementCompiler } from "../../languages/partiql/compile.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { JobKinds } from "../../outbox/job.ts";
import {
  type BoundOperation,
  bindOperations,
  type CorePorts,
  type Operations,
  type Service,
} from "../service.ts";
import { backupTimers } from "./backups/backup.ts";
import { changeLogTimers } from "./backups/change-log.ts";
import { completeWith } from "./backups/complete.ts";
import { snapshotTimers } from "./backups/snapshot.ts";
import { capacityGauge, TABLE_NAMESPACE } from "./consumption.ts";
import { type CreationDelay, creationTimers } from "./creation-delay.ts";
import { expiryTimers } from "./expiry.ts";
import { tokenTimers } from "./idempotency.ts";
import { jobTimers } from "./jobs.ts";
import { batchExecuteStatement } from "./operations/batch-execute-statement.ts";
import { batchGetItem } from "./operations/batch-get-item.ts";
import { batchWriteItem } from "./operations/batch-write-item.ts";
import { createBackup } from "./operations/create-backup.ts";
import { createTable } from "./operations/create-table.ts";
import { deleteBackup } from "./operations/delete-backup.ts";
import { deleteItem } from "./operations/delete-item.ts";
import { deleteResourcePolicy } from "./operations/delete-resource-policy.ts";
import { deleteTable } from "./operations/delete-table.ts";
import { describeBackup } from "./operations/describe-backup.ts";
import { describeContinuousBackups } from "./operations/describe-continuous-backups.ts";
import { describeEndpoints } from "./operations/describe-endpoints.ts";
import { describeExport } from "./operations/describe-export.ts";
import { describeImport } from "./operations/describe-import.ts";
import { describeKinesisStreamingDestination } from "./operations/describe-kinesis-streaming-destination.ts";
import { describeLimits } from "./operations/describe-limits.ts";
import { describeTable } from "./operations/describe-table.ts";
import { describeTimeToLive } from "./operations/describe-time-to-live.ts";
import { disableKinesisStreamingDestination } from "./operations/disable-kinesis-streaming-destination.ts";
import { enableKinesisStreamingDestination } from "./operations/enable-kinesis-streaming-destination.ts";
import { executeStatement } from "./operations/execute-statement.ts";
import { executeTransaction } from "./operations/execute-transaction.ts";
import { exportTableToPointInTime } from "./operations/export-table-to-point-in-time.ts";
import { getItem } from "./operations/get-item.ts";
import { getResourcePolicy } from "./operations/get-resource-policy.ts";
import { importTable } from "./operations/import-table.ts";
import { listBackups } from "./operations/list-backups.ts";
import { listExports } from "./operations/list-exports.ts";
import { listImports } from "./operations/list-imports.ts";
import { listTables } from "./operations/list-tables.ts";
import { listTagsOfResource } from "./operations/list-tags-of-resource.ts";
import { putItem } from "./operations/put-item.ts";
import { putResourcePolicy } from "./operations/put-resource-policy.ts";
import { query } from "./operations/query.ts";
import { restoreTableFromBackup } from "./operations/restore-table-from-backup.ts";
import { restoreTableToPointInTime } from "./operations/restore-table-to-point-in-time.ts";
import { scan } from "./operations/scan.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { transactGetItems } from "./operations/transact-get-items.ts";
import { transactWriteItems } from "./operations/transact-write-items.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateContinuousBackups } from "./operations/update-continuous-backups.ts";
import { updateItem } from "./operations/update-item.ts";
import { updateKinesisStreamingDestination } from "./operations/update-kinesis-streaming-destination.ts";
import { updateTable } from "./operations/update-table.ts";
import { updateTimeToLive } from "./operations/update-time-to-live.ts";
import type { DestinationPorts, DynamoDbPorts } from "./ports.ts";
import { replicaTimers } from "./replicas/replica-group.ts";
import { replicationTimers } from "./replicas/replication.ts";
import { answered } from "./request-checks.ts";
import { streamTimers } from "./streams/retention.ts";
import { createDynamoDbStreams } from "./streams/service.ts";
import { createTables } from "./tables.ts";
import { ThroughputMeter } from "./throughput-meter.ts";
import { EXPORT_JOB, exportJobs } from "./transfers/export-job.ts";
import { IMPORT_JOB, importJobs } from "./transfers/import-job.ts";

const operations: Operations<DynamoDbPorts, "dynamodb"> = {
  BatchExecuteStatement: batchExecuteStatement,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateBackup: createBackup,
  CreateTable: createTable,
  DeleteBackup: deleteBackup,
  DeleteItem: deleteItem,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteTable: deleteTable,
  DescribeBackup: describeBackup,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeEndpoints: describeEndpoints,
  DescribeExport: describeExport,
  DescribeImport: describeImport,
  DescribeKinesisStreamingDestination: describeKinesisStreamingDestination,
  DescribeLimits: describeLimits,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  DisableKinesisStreamingDestination: disableKinesisStreamingDestination,
  EnableKinesisStreamingDestination: enableKinesisStreamingDestination,
  ExecuteStatement: executeStatement,
  ExecuteTransaction: executeTransaction,
  ExportTableToPointInTime: exportTableToPointInTime,
  GetItem: getItem,
  GetResourcePolicy: getResourcePolicy,
  ImportTable: importTable,
  ListBackups: listBackups,
  ListExports: listExports,
  ListImports: listImports,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  PutResourcePolicy: putResourcePolicy,
  Query: query,
  RestoreTableFromBackup: restoreTableFromBackup,
  RestoreTableToPointInTime: restoreTableToPointInTime,
  Scan: scan,
  TagResource: tagResource,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UntagResource: untagResource,
  UpdateContinuousBackups: updateContinuousBackups,
  UpdateItem: updateItem,
  UpdateKinesisStreamingDestination: updateKinesisStreamingDestination,
  UpdateTable: updateTable,
  UpdateTimeToLive: updateTimeToLive,
};

export interface DynamoDb {
  readonly service: Service;
  /** DynamoDB Streams, a service of its own on the wire. */
  readonly streams: Service;
  /** For the outbox worker: exports to S3 and imports from there. */
  jobs(dispatcher: Dispatcher): JobKinds;
  /** Switches the enforcement of provisioned throughput on and off. */
  readonly throughput: ThroughputMeter;
  readonly creationDelay: CreationDelay;
}

export function createDynamoDb(
  core: CorePorts & Pick<DynamoDbPorts, "countMetrics">,
  destinations?: DestinationPorts,
): DynamoDb {
  const tables = createTables(destinations?.sinks);
  const throughput = new ThroughputMeter();
  const creationDelay: CreationDelay = { ms: 0 };
  const ports: DynamoDbPorts = {
    ...core,
    tables,
    expressions: createExpressionCompiler(),
    statements: createStatementCompiler(),
    throughput,
    creationDelay,
    destinations,
  };
  const bound = Object.entries(bindOperations<DynamoDbPorts, "dynamodb">(ports, operations));
  const service: Service = {
    name: "dynamodb",
    operations: Object.fromEntries(
      bound.map(([name, operation]): [string, BoundOperation] => [
        name,
        (request, input) => answered(() => operation(request, input)),
      ]),
    ),
    gauges: { [TABLE_NAMESPACE]: capacityGauge(tables) },
    timers: {
      ...backupTimers,
      ...changeLogTimers(tables),
      ...snapshotTimers(tables, completeWith(tables)),
      ...creationTimers(tables),
      ...expiryTimers(tables),
      ...jobTimers(tables),
      ...replicaTimers(tables),
      ...replicationTimers(tables),
      ...streamTimers,
      ...tokenTimers,
    },
  };
  return {
    service,
    throughput,
    creationDelay,
    streams: createDynamoDbStreams(ports),
    jobs: (dispatcher) => ({
      [EXPORT_JOB]: exportJobs({ ...core, dispatcher }),
      [IMPORT_JOB]: importJobs({ ...core, dispatcher, tables }),
    }),
  };
}
