import type { KeyCondition } from "../../../languages/dynamodb/key-condition.ts";
import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { validation } from "../errors.ts";
import { requireNoKeys } from "../filter-keys.ts";
import { rangeOf, selectedBy } from "../key-range.ts";
import { legacyKeyCondition } from "../legacy-conditions.ts";
import { meteredRead } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { readPage } from "../read-page.ts";
import { answerPage, sourceOf } from "../read-plan.ts";
import { bindingsOf, requireNotMixed } from "../request-checks.ts";
import { type Selection, selectionOf } from "../selection.ts";
import { requireInside, startOf } from "../start-key.ts";

type QueryInput = Input<"dynamodb", "Query">;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export async function query(
  ctx: DynamoDbContext,
  input: QueryInput,
): Promise<Output<"dynamodb", "Query">> {
  const { condition, filter, projection } = planOf(ctx, input);
  const startKey =
    input.ExclusiveStartKey && normalizeAttributes(input.ExclusiveStartKey, "current");
  const isForward = input.ScanIndexForward !== false;
  return meteredRead(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, input.TableName);
    const source = sourceOf(table, input);
    const selected = selectedBy(condition, source);
    requireNoKeys(filter, source, input.QueryFilter ? "QueryFilter" : "Filter Expression");
    const range = rangeOf(table.record.number, source, selected);
    const start =
      startKey && startOf(table, source, startKey, "The provided starting key is invalid");
    if (startKey !== undefined) {
      requireInside(startKey, source, selected);
    }
    const rest = isForward ? { after: start?.row } : { until: start?.row ?? range.until };
    const page = readPage(tx, {
      range: { reverse: !isForward, ...range, ...rest },
      limit: input.Limit,
      filter,
    });
    return answerPage(tx, page, { table, source, projection, input }, usage);
  });
}

interface Plan extends Selection {
  readonly condition: KeyCondition;
}

function planOf(ctx: DynamoDbContext, input: QueryInput): Plan {
  const { KeyConditionExpression, FilterExpression, ProjectionExpression } = input;
  const { KeyConditions, QueryFilter, AttributesToGet, ConditionalOperator } = input;
  const texts = { ProjectionExpression, FilterExpression, KeyConditionExpression };
  requireNotMixed({ AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions }, texts);
  const bindings = bindingsOf(input, texts, {
    wording: "current",
    valuesNeed: "FilterExpression and KeyConditionExpression are null",
  });
  if (KeyConditionExpression === undefined && KeyConditions === undefined) {
    throw validation(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  }
  const condition =
    KeyConditionExpression === undefined
      ? legacyKeyCondition(KeyConditions ?? {}, "current")
      : ctx.expressions.keyCondition(KeyConditionExpression, bindings);
  const selection = selectionOf(ctx, input, bindings, {
    wording: "current",
    legacyFilter: QueryFilter,
    envelope: "1 validation error detected: ",
  });
  return { condition, ...selection };
}
