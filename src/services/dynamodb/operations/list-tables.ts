import type { Input, Output } from "../../../wire/operations.ts";
import { TABLES_PER_PAGE_MAX } from "../limits.ts";
import type { DynamoDbContext } from "../ports.ts";
import { requireTableName } from "../table-id.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
export async function listTables(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "ListTables">,
): Promise<Output<"dynamodb", "ListTables">> {
  const { ExclusiveStartTableName: after, Limit: limit = TABLES_PER_PAGE_MAX } = input;
  if (after !== undefined) {
    requireTableName(after, "exclusiveStartTableName");
  }
  return ctx.store.read((tx) => {
    const TableNames: string[] = [];
    for (const name of ctx.tables.names(tx, ctx, after)) {
      if (TableNames.length === limit) {
        return { TableNames, LastEvaluatedTableName: TableNames.at(-1) };
      }
      TableNames.push(name);
    }
    return { TableNames };
  });
}
