/** The condition of a write, in an expression or in `Expected`. */
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import type { Bindings } from "../../languages/dynamodb/bindings.ts";
import type { Condition } from "../../languages/dynamodb/condition.ts";
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import type { Wording } from "../../languages/dynamodb/normalize.ts";
import type { ExpectedAttributeValue } from "../../wire/models/dynamodb.gen.ts";
import { expectationOf } from "./legacy-conditions.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { bindingsOf, requireNotMixed } from "./request-checks.ts";
import type { Guard } from "./write-action.ts";

export interface GuardInput {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string } | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
  readonly Expected?: { readonly [name: string]: ExpectedAttributeValue } | undefined;
  readonly ConditionalOperator?: string | undefined;
}

export function guardOf(ports: DynamoDbPorts, input: GuardInput, wording: Wording): Guard {
  const { ConditionExpression, Expected, ConditionalOperator } = input;
  requireNotMixed({ Expected, ConditionalOperator }, { ConditionExpression });
  const bindings = bindingsOf(input, { ConditionExpression }, { wording });
  const condition = conditionOf(ports, input, bindings, wording);
  bindings.requireAllUsed();
  return { condition, onFailure: input.ReturnValuesOnConditionCheckFailure };
}

export function conditionOf(
  ports: DynamoDbPorts,
  input: GuardInput,
  bindings: Bindings,
  wording: Wording,
): Condition | undefined {
  const { ConditionExpression, Expected, ConditionalOperator: conditionalOperator } = input;
  if (ConditionExpression !== undefined) {
    return ports.expressions.condition("ConditionExpression", ConditionExpression, bindings);
  }
  if (Expected !== undefined) {
    return expectationOf(Expected, { wording, conditionalOperator });
  }
  if (conditionalOperator !== undefined) {
    throw new ExpressionError("ConditionalOperator cannot be used without Filter or Expected");
  }
  return undefined;
}
