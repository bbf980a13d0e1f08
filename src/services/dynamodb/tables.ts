/** Tables by name. */
import { parseArn } from "../../base/arn.ts";
import type { Key } from "../../base/ordered-key.ts";
import type { Sinks } from "../../outbox/sink.ts";
import { rememberingDecoder } from "../../store/decoded.ts";
import { decodeRecord, encodeRecord } from "../../store/record.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { resourceNotFound, tableNotFound } from "./errors.ts";
import { type Table, type TableRecord, tableOf } from "./table.ts";
import { type TableId, tableIdOf } from "./table-id.ts";

interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface Tables {
  find(tx: ReadTx, id: TableId): Table | undefined;
  /** As operations on tables find it. */
  named(tx: ReadTx, id: TableId): Table;
  findByArn(tx: ReadTx, arn: string): Table | undefined;
  /** `nameOrArn` as an operation on items takes it. */
  require(tx: ReadTx, scope: Scope, nameOrArn: string): Table;
  put(tx: WriteTx, record: TableRecord): void;
  delete(tx: WriteTx, record: TableRecord): void;
  /** Names in their order, behind `after`. */
  names(tx: ReadTx, scope: Scope, after: string | undefined): Iterable<string>;
}

/** `sinks`: where changes of tables can be sent. */
export function createTables(sinks: Sinks = {}): Tables {
  const decoded = rememberingDecoder((bytes) => tableOf(decodeRecord<TableRecord>(bytes), sinks));

  const find = (tx: ReadTx, id: TableId): Table | undefined => {
    const bytes = tx.get(tableKey(id));
    return bytes && decoded(`${id.region}/${id.accountId}/${id.name}`, bytes);
  };

  return {
    find,
    named(tx, id) {
      const table = find(tx, id);
      if (table === undefined) {
        throw tableNotFound(id.name);
      }
      return table;
    },
    findByArn(tx, arn) {
      const { accountId = "", region = "", resource = "" } = parseArn(arn) ?? {};
      return find(tx, { accountId, region, name: resource.slice("table/".length) });
    },
    require(tx, scope, nameOrArn) {
      const table = find(tx, tableIdOf(scope, nameOrArn));
      if (table === undefined || table.record.isCreating) {
        throw resourceNotFound();
      }
      return table;
    },
    put(tx, record) {
      tx.set(keyOfRecord(record), encodeRecord(record));
    },
    delete(tx, record) {
      tx.delete(keyOfRecord(record));
    },
    *names(tx, scope, after) {
      const prefix = scopeKey(scope);
      const from = after === undefined ? undefined : [...prefix, after];
      for (const entry of tx.range({ prefix, after: from })) {
        yield entry.key.at(-1) as string;
      }
    },
  };
}

function scopeKey({ accountId, region }: Scope): Key {
  return ["dynamodb", "table", accountId, region];
}

function tableKey(id: TableId): Key {
  return [...scopeKey(id), id.name];
}

function keyOfRecord(record: TableRecord): Key {
  const [, , , region, accountId] = record.arn.split(":");
  return ["dynamodb", "table", accountId ?? "", region ?? "", record.name];
}

const NEXT_TABLE: Key = ["dynamodb", "next-table"];

/** A number no table has had. */
export function nextTableNumber(tx: WriteTx): number {
  const bytes = tx.get(NEXT_TABLE);
  const number = bytes === undefined ? 1 : decodeRecord<number>(bytes);
  tx.set(NEXT_TABLE, encodeRecord(number + 1));
  return number;
}
