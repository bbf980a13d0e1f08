import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { policedTable, policyNotFound, readPolicy } from "../resource-policy.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html */
export async function getResourcePolicy(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "GetResourcePolicy">,
): Promise<Output<"dynamodb", "GetResourcePolicy">> {
  return ctx.store.read((tx) => {
    const policy = readPolicy(tx, policedTable(tx, ctx, input.ResourceArn, "GetResourcePolicy"));
    if (policy === undefined) {
      throw policyNotFound("a resource-based policy");
    }
    return { Policy: policy.text, RevisionId: policy.revision };
  });
}
