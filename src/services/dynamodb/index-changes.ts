/** Global indexes created, changed and deleted on a table that has items. */
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { GlobalSecondaryIndexUpdate } from "../../wire/models/dynamodb.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { resourceNotFound, validation } from "./errors.ts";
import { clearLater, fillIndex } from "./jobs.ts";
import { indexRecordOf, throughputOf } from "./new-index.ts";
import { attributesOf, requireDefinitions, requireIndexes } from "./new-table.ts";
import { type IndexRecord, type TableRecord, tableOf } from "./table.ts";
import { changedSettings } from "./throughput-settings.ts";

/** Online changes of one request: indexes are created and deleted one at a time. */
const ONLINE_CHANGES_MAX = 1;

export function changeIndexes(
  tx: WriteTx,
  record: TableRecord,
  input: Input<"dynamodb", "UpdateTable">,
): TableRecord {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  requireOneOnline(updates);
  const defined = attributesOf(input.AttributeDefinitions ?? []);
  const changed = updates.reduce((table, update) => changeIndex(tx, table, update), {
    ...record,
    attributes: { ...record.attributes, ...defined },
  });
  requireIndexes(changed.indexes, changed, changed.billing);
  const attributes = usedAttributes(changed);
  if (updates.some((update) => update.Create !== undefined)) {
    requireDefinitions(attributes, [changed, ...changed.indexes]);
  }
  return filled(tx, { ...changed, attributes });
}

function requireOneOnline(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const online = updates.filter(({ Create, Delete }) => Create ?? Delete);
  if (online.length > ONLINE_CHANGES_MAX) {
    throw new AwsError({
      code: "LimitExceededException",
      message:
        "Subscriber limit exceeded: Only 1 online index can be created or deleted " +
        "simultaneously per table",
    });
  }
}

function changeIndex(
  tx: WriteTx,
  table: TableRecord,
  { Create, Update, Delete }: GlobalSecondaryIndexUpdate,
): TableRecord {
  if (Create !== undefined) {
    const place = {
      number: table.nextIndex,
      isGlobal: true,
      operation: "UpdateTable",
      billing: table.billing,
    };
    const index = { ...indexRecordOf(Create, place), isFilling: true };
    if (table.indexes.some(({ name }) => name === index.name)) {
      throw validation("Attempting to create an index which already exists");
    }
    return { ...table, nextIndex: table.nextIndex + 1, indexes: [...table.indexes, index] };
  }
  const name = Update?.IndexName ?? Delete?.IndexName;
  const index = table.indexes.find((known) => known.isGlobal && known.name === name);
  if (index === undefined) {
    throw resourceNotFound();
  }
  const others = table.indexes.filter((known) => known !== index);
  if (Delete !== undefined) {
    clearLater(tx, table.number, index.number);
    return { ...table, indexes: others };
  }
  return {
    ...table,
    indexes: table.indexes.map((known) =>
      known === index ? updated(table, known, Update) : known,
    ),
  };
}

function updated(
  { billing }: TableRecord,
  index: IndexRecord,
  update: GlobalSecondaryIndexUpdate["Update"],
): IndexRecord {
  const { onDemandMax, warm, throughput: present, ...rest } = index;
  const requested = update?.ProvisionedThroughput;
  const throughput = requested === undefined ? present : throughputOf(requested);
  const settings = { ...(onDemandMax && { onDemandMax }), ...(warm && { warm }) };
  return {
    ...rest,
    ...(throughput && { throughput }),
    ...changedSettings(settings, update ?? {}, { billing, throughput }, "index"),
  };
}

/** Only the attributes that are keys have a type. */
function usedAttributes(table: TableRecord): TableRecord["attributes"] {
  const used = new Set([table, ...table.indexes].flatMap(({ hash, range }) => [hash, range]));
  return Object.fromEntries(Object.entries(table.attributes).filter(([name]) => used.has(name)));
}

/** Enters the present items into a new index: a few at once, many in steps. */
function filled(tx: WriteTx, record: TableRecord): TableRecord {
  const table = tableOf(record);
  const done = table.indexes.filter(
    (index) =>
      index.isFilling && index.number === record.nextIndex - 1 && fillIndex(tx, table, index),
  );
  const indexes = record.indexes.map((index) => {
    const { isFilling: _, ...ready } = index;
    return done.some(({ number }) => number === index.number) ? ready : index;
  });
  return { ...record, indexes };
}
