import type { Input, Output } from "../../../wire/operations.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";
import {
  importKeyOf,
  shownImportSummary,
  type TableImport,
  tableImports,
} from "../transfers/import.ts";

const IMPORTS_PER_PAGE_MAX = 25;

/**
 * The token is the ARN of the last import of the page before.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html
 */
export async function listImports(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "ListImports">,
): Promise<Output<"dynamodb", "ListImports">> {
  const { NextToken: token, PageSize: limit = IMPORTS_PER_PAGE_MAX } = input;
  const after = token === undefined ? undefined : importKeyOf(token);
  if (token !== undefined && after === undefined) {
    throw validation("Invalid NextToken");
  }
  const scope = [ctx.accountId, ctx.region];
  const prefix =
    input.TableArn === undefined ? scope : [...scope, tableIdOf(ctx, input.TableArn).name];
  return ctx.store.read((tx) => {
    const page: TableImport[] = [];
    for (const { record } of tableImports.list(tx, { prefix, after })) {
      if (page.length === limit) {
        return { ImportSummaryList: page.map(shownImportSummary), NextToken: page.at(-1)?.arn };
      }
      page.push(record);
    }
    return { ImportSummaryList: page.map(shownImportSummary) };
  });
}
