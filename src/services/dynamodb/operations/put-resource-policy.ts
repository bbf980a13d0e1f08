import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import {
  policedTable,
  putPolicy,
  readPolicy,
  requirePolicy,
  requireRevision,
} from "../resource-policy.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html */
export async function putResourcePolicy(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "PutResourcePolicy">,
): Promise<Output<"dynamodb", "PutResourcePolicy">> {
  requirePolicy(input.Policy);
  return ctx.store.write((tx) => {
    const id = policedTable(tx, ctx, input.ResourceArn, "PutResourcePolicy");
    requireRevision(readPolicy(tx, id), input.ExpectedRevisionId);
    return { RevisionId: putPolicy(tx, id, input.Policy).revision };
  });
}
