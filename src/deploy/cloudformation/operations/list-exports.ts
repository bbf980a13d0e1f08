import type { Input, Output } from "../../../wire/operations.ts";
import { exportRows } from "../keys.ts";
import { pageOf } from "../page.ts";
import type { OperationContext } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html */
export async function listExports(
  ctx: OperationContext,
  input: Input<"cloudformation", "ListExports">,
): Promise<Output<"cloudformation", "ListExports">> {
  return ctx.store.read((tx) => {
    const all = [...exportRows.list(tx, { prefix: [ctx.accountId, ctx.region] })];
    const { items, nextToken } = pageOf(all, input.NextToken);
    return {
      Exports: items.map(({ id, record }) => ({
        ExportingStackId: record.stackId,
        Name: String(id.at(-1)),
        Value: record.shown ?? record.value,
      })),
      NextToken: nextToken,
    };
  });
}
