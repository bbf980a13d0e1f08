/**
 * What requests consume.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
import type { Capacity, ConsumedCapacity } from "../../wire/models/dynamodb.gen.ts";
import { READ_UNIT_BYTES, WRITE_UNIT_BYTES } from "./limits.ts";
import type { Table } from "./table.ts";

/** `isConsistent` reads cost one unit for each 4 KiB, others half of it. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  return isConsistent ? units : units / 2;
}

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

interface Request {
  readonly TableName: string;
  /** As the parameter `ReturnConsumedCapacity` has it. */
  readonly form: string | undefined;
}

/** Units by index name; the table's own are under `undefined`. */
export type Units = ReadonlyMap<string | undefined, number>;

export function consumedCapacity(
  { TableName, form }: Request,
  table: Table,
  units: Units,
): ConsumedCapacity | undefined {
  if (form !== "TOTAL" && form !== "INDEXES") {
    return undefined;
  }
  const total = [...units.values()].reduce((sum, part) => sum + part, 0);
  if (form === "TOTAL") {
    return { TableName, CapacityUnits: total };
  }
  const parts = (isGlobal: boolean): Readonly<Record<string, Capacity>> | undefined => {
    const entries = table.indexes
      .filter((index) => index.isGlobal === isGlobal && (units.get(index.name) ?? 0) > 0)
      .map((index) => [index.name, { CapacityUnits: units.get(index.name) ?? 0 }] as const);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  return {
    TableName,
    CapacityUnits: total,
    Table: { CapacityUnits: units.get(undefined) ?? 0 },
    LocalSecondaryIndexes: parts(false),
    GlobalSecondaryIndexes: parts(true),
  };
}

/** Transactions prepare and commit each item: twice the units of the same request alone. */
export const TRANSACTION_FACTOR = 2;

/** Of a transaction, table by table. */
export function transactionCapacity(
  form: string | undefined,
  kind: "read" | "write",
  parts: readonly { readonly tableName: string; readonly table: Table; readonly units: Units }[],
): readonly ConsumedCapacity[] | undefined {
  if (form !== "TOTAL" && form !== "INDEXES") {
    return undefined;
  }
  return [...new Set(parts.map(({ tableName }) => tableName))].flatMap((TableName) => {
    const own = parts.filter(({ tableName }) => tableName === TableName);
    const table = own[0]?.table;
    const units = summed(
      own.map((part) => part.units),
      TRANSACTION_FACTOR,
    );
    const capacity = table && consumedCapacity({ TableName, form }, table, units);
    return capacity === undefined ? [] : [withKind(capacity, kind)];
  });
}

export function summed(all: readonly Units[], factor = 1): Units {
  const sum = new Map<string | undefined, number>();
  for (const units of all) {
    for (const [name, count] of units) {
      sum.set(name, (sum.get(name) ?? 0) + factor * count);
    }
  }
  return sum;
}

/** Transactions also say which kind of units they took. */
function withKind(capacity: ConsumedCapacity, kind: "read" | "write"): ConsumedCapacity {
  const named = ({ CapacityUnits }: Capacity): Capacity =>
    kind === "read"
      ? { CapacityUnits, ReadCapacityUnits: CapacityUnits }
      : { CapacityUnits, WriteCapacityUnits: CapacityUnits };
  const each = (parts: Readonly<Record<string, Capacity>> | undefined) =>
    parts && Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, named(part)]));
  return {
    ...capacity,
    ...named(capacity),
    Table: capacity.Table && named(capacity.Table),
    LocalSecondaryIndexes: each(capacity.LocalSecondaryIndexes),
    GlobalSecondaryIndexes: each(capacity.GlobalSecondaryIndexes),
  };
}
