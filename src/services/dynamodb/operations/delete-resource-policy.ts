import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { deletePolicy, policedTable, readPolicy, requireRevision } from "../resource-policy.ts";

/**
 * Deleting a policy that is not there changes nothing, and has no revision to tell.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html
 */
export async function deleteResourcePolicy(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DeleteResourcePolicy">,
): Promise<Output<"dynamodb", "DeleteResourcePolicy">> {
  return ctx.store.write((tx) => {
    const id = policedTable(tx, ctx, input.ResourceArn, "DeleteResourcePolicy");
    const policy = readPolicy(tx, id);
    requireRevision(policy, input.ExpectedRevisionId);
    deletePolicy(tx, id);
    return policy === undefined ? {} : { RevisionId: policy.revision };
  });
}
