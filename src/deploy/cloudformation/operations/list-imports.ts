import type { Input, Output } from "../../../wire/operations.ts";
import { validationError } from "../errors.ts";
import { exportRows } from "../keys.ts";
import { pageOf } from "../page.ts";
import type { OperationContext } from "../stack-lookup.ts";
import { importersOf } from "../transact.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html */
export async function listImports(
  ctx: OperationContext,
  input: Input<"cloudformation", "ListImports">,
): Promise<Output<"cloudformation", "ListImports">> {
  const { ExportName: name } = input;
  return ctx.store.read((tx) => {
    const importers = importersOf(tx, ctx, name);
    if (importers.length === 0) {
      const exported = exportRows.get(tx, [ctx.accountId, ctx.region, name]) !== undefined;
      throw validationError(
        exported
          ? `Export '${name}' is not imported by any stack.`
          : `Export '${name}' does not exist`,
      );
    }
    const { items, nextToken } = pageOf(importers, input.NextToken);
    return { Imports: items, NextToken: nextToken };
  });
}
