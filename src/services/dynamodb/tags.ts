/** Tags of tables: kept beside the table's record, which requests on items read. */
import { collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Tag } from "../../wire/models/dynamodb.gen.ts";
import { arnNotFound, validation } from "./errors.ts";
import { TAGS_PER_RESOURCE_MAX } from "./limits.ts";
import type { DynamoDbContext } from "./ports.ts";
import { type TableId, tableIdOf } from "./table-id.ts";

/** By key. */
export type Tags = Readonly<Record<string, string>>;

const records = collection<Tags>("dynamodb", "tags");

export function tagsOf(list: readonly Tag[]): Tags {
  const keys = list.map((tag) => tag.Key);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) {
    throw validation(`One or more parameter values were invalid: Duplicate tag key: ${repeated}`);
  }
  return Object.fromEntries(list.map((tag) => [tag.Key, tag.Value]));
}

export function readTags(tx: ReadTx, id: TableId): Tags {
  return records.get(tx, keyOf(id)) ?? {};
}

export function putTags(tx: WriteTx, id: TableId, tags: Tags): void {
  const count = Object.keys(tags).length;
  if (count > TAGS_PER_RESOURCE_MAX) {
    throw validation(
      `One or more parameter values were invalid: Too many tags: ${count}, ` +
        `the limit is ${TAGS_PER_RESOURCE_MAX}`,
    );
  }
  if (count === 0) {
    records.delete(tx, keyOf(id));
  } else {
    records.put(tx, keyOf(id), tags);
  }
}

export function deleteTags(tx: WriteTx, id: TableId): void {
  records.delete(tx, keyOf(id));
}

/** The table that an operation on tags names by its ARN. */
export function taggedTable(tx: ReadTx, ctx: DynamoDbContext, arn: string): TableId {
  if (!arn.startsWith("arn:")) {
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  const id = tableIdOf(ctx, arn);
  if (ctx.tables.find(tx, id) === undefined) {
    throw arnNotFound(arn);
  }
  return id;
}

function keyOf(id: TableId): readonly string[] {
  return [id.accountId, id.region, id.name];
}
