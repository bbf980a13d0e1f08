import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { project, projectionOf } from "../../../languages/dynamodb/projection.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { enveloped } from "../request-checks.ts";
import { type UpdateAction, updateAction } from "../update-action.ts";
import type { Written } from "../write-action.ts";
import { answerWrite } from "../write-answer.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export async function updateItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "UpdateItem">,
): Promise<Output<"dynamodb", "UpdateItem">> {
  const action = enveloped(() => updateAction(ctx, input, "current"));
  return answerWrite(ctx, input, action, (written) =>
    returned(input.ReturnValues, action, written),
  );
}

function returned(
  returnValues: string | undefined,
  action: UpdateAction,
  { before, after }: Written,
): Attributes | undefined {
  switch (returnValues) {
    case "ALL_OLD":
      return before?.attributes;
    case "ALL_NEW":
      return after?.attributes;
    case "UPDATED_OLD":
      return updated(before?.attributes, action);
    case "UPDATED_NEW":
      return updated(after?.attributes, action);
    default:
      return undefined;
  }
}

/** Nothing at all when none of the paths is there. */
function updated(item: Attributes | undefined, action: UpdateAction): Attributes | undefined {
  const part = item && project(item, projectionOf(action.paths));
  return part === undefined || Object.keys(part).length === 0 ? undefined : part;
}
