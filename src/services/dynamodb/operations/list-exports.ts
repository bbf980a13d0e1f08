import type { Input, Output } from "../../../wire/operations.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";
import {
  exportKeyOf,
  shownExportSummary,
  type TableExport,
  tableExports,
} from "../transfers/export.ts";

const EXPORTS_PER_PAGE_MAX = 25;

/**
 * The token is the ARN of the last export of the page before.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html
 */
export async function listExports(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "ListExports">,
): Promise<Output<"dynamodb", "ListExports">> {
  const { NextToken: token, MaxResults: limit = EXPORTS_PER_PAGE_MAX } = input;
  const after = token === undefined ? undefined : exportKeyOf(token);
  if (token !== undefined && after === undefined) {
    throw validation("Invalid NextToken");
  }
  const scope = [ctx.accountId, ctx.region];
  const prefix =
    input.TableArn === undefined ? scope : [...scope, tableIdOf(ctx, input.TableArn).name];
  return ctx.store.read((tx) => {
    const page: TableExport[] = [];
    for (const { record } of tableExports.list(tx, { prefix, after })) {
      if (page.length === limit) {
        return { ExportSummaries: page.map(shownExportSummary), NextToken: page.at(-1)?.arn };
      }
      page.push(record);
    }
    return { ExportSummaries: page.map(shownExportSummary) };
  });
}
