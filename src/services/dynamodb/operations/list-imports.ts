import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { shownImportSummary, tableImports } from "../transfers/import.ts";
import { pageOfTransfers } from "../transfers/transfer.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html */
export async function listImports(
  ctx: DynamoDbContext,
  { TableArn: tableArn, NextToken: token, PageSize: limit }: Input<"dynamodb", "ListImports">,
): Promise<Output<"dynamodb", "ListImports">> {
  const asked = { kind: "import", tableArn, limit, token } as const;
  const { page, next } = await pageOfTransfers(ctx, tableImports, asked);
  return { ImportSummaryList: page.map(shownImportSummary), NextToken: next };
}
