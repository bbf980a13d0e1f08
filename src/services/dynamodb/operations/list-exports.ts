import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { shownExportSummary, tableExports } from "../transfers/export.ts";
import { pageOfTransfers } from "../transfers/transfer.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html */
export async function listExports(
  ctx: DynamoDbContext,
  { TableArn: tableArn, NextToken: token, MaxResults: limit }: Input<"dynamodb", "ListExports">,
): Promise<Output<"dynamodb", "ListExports">> {
  const asked = { kind: "export", tableArn, limit, token } as const;
  const { page, next } = await pageOfTransfers(ctx, tableExports, asked);
  return { ExportSummaries: page.map(shownExportSummary), NextToken: next };
}
