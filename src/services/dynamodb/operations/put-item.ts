import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putAction } from "../put-action.ts";
import { enveloped } from "../request-checks.ts";
import { answerReplacement } from "../write-answer.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export async function putItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "PutItem">,
): Promise<Output<"dynamodb", "PutItem">> {
  const action = enveloped(() => putAction(ctx, input, "current"));
  return answerReplacement(ctx, input, action);
}
