/**
 * What tables and global indexes consume and are provisioned with: `AWS/DynamoDB`.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 *
 * Counted in memory only, once a transaction is committed: requests pay for no row.
 */
import { parseArn } from "../../base/arn.ts";
import type { Gauge, MetricDimension, MetricValue, ReceiveMetrics } from "../../outbox/metrics.ts";
import type { Table, Throughput } from "./table.ts";
import type { Tables } from "./tables.ts";
import type { MeteredRequest } from "./throughput-meter.ts";

export const TABLE_NAMESPACE = "AWS/DynamoDB";

/** Between the names of a table and an index in a label: in neither of them. */
const SEPARATOR = "/";

export function countConsumption(
  receive: ReceiveMetrics,
  requests: readonly MeteredRequest[],
): void {
  for (const request of requests) {
    let own = 0;
    for (const [indexName, units] of request.units) {
      if (units > 0 && isGlobal(request, indexName)) {
        count(receive, request, indexName, units);
      } else {
        own += units;
      }
    }
    if (own > 0) {
      count(receive, request, undefined, own);
    }
  }
}

/** Local indexes share what their table has. */
function isGlobal({ table }: MeteredRequest, name: string | undefined): boolean {
  return name !== undefined && table.indexes.some((index) => index.name === name && index.isGlobal);
}

function count(
  receive: ReceiveMetrics,
  { table, kind, nowMs }: MeteredRequest,
  indexName: string | undefined,
  units: number,
): void {
  const { name, billing } = table.record;
  const { accountId, region } = ownerOf(table);
  const metric = kind === "read" ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits";
  const label = indexName === undefined ? name : `${name}${SEPARATOR}${indexName}`;
  receive({
    kind: "metrics",
    accountId,
    region,
    namespace: TABLE_NAMESPACE,
    label,
    dimensions: [dimensionsOf(label)],
    atMs: nowMs,
    values: [[metric, "Count", units]],
    isGauged: billing === "PROVISIONED",
  });
}

/** Of tables that are in use: reading an ARN anew costs more than the rest of a count. */
function ownerOf(table: Table): Owner {
  let owner = owners.get(table);
  if (owner === undefined) {
    const { accountId = "", region = "" } = parseArn(table.record.arn) ?? {};
    owner = { accountId, region };
    owners.set(table, owner);
  }
  return owner;
}

interface Owner {
  readonly accountId: string;
  readonly region: string;
}

const owners = new WeakMap<Table, Owner>();

function dimensionsOf(label: string): readonly MetricDimension[] {
  const [tableName = "", indexName] = label.split(SEPARATOR);
  return indexName === undefined
    ? [["TableName", tableName]]
    : [
        ["TableName", tableName],
        ["GlobalSecondaryIndexName", indexName],
      ];
}

/** What is provisioned, once a minute; nothing of tables on demand. */
export function capacityGauge(tables: Tables): Gauge {
  return {
    dimensionsOf,
    read(tx, owner, label) {
      const [name = "", indexName] = label.split(SEPARATOR);
      const { accountId, region } = owner;
      const record = tables.find(tx, { accountId, region, name })?.record;
      if (record?.billing !== "PROVISIONED") {
        return undefined;
      }
      const index = record.indexes.find((candidate) => candidate.name === indexName);
      const throughput = indexName === undefined ? record.throughput : index?.throughput;
      return throughput && levels(throughput);
    },
  };
}

function levels({ readUnits, writeUnits }: Throughput): readonly MetricValue[] {
  return [
    ["ProvisionedReadCapacityUnits", "Count", readUnits],
    ["ProvisionedWriteCapacityUnits", "Count", writeUnits],
  ];
}
