import type { Input, Output } from "../../../wire/operations.ts";
import { deleteAction } from "../delete-action.ts";
import type { DynamoDbContext } from "../ports.ts";
import { enveloped } from "../request-checks.ts";
import { answerReplacement } from "../write-answer.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export async function deleteItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DeleteItem">,
): Promise<Output<"dynamodb", "DeleteItem">> {
  const action = enveloped(() => deleteAction(ctx, input, "current"));
  return answerReplacement(ctx, input, action);
}
