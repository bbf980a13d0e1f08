/** What queries and scans filter by and return, in expressions or in the parameters before them. */
import type { Bindings } from "../../languages/dynamodb/bindings.ts";
import type { Condition } from "../../languages/dynamodb/condition.ts";
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import type { Wording } from "../../languages/dynamodb/normalize.ts";
import type { Projection } from "../../languages/dynamodb/projection.ts";
import type { Condition as LegacyCondition } from "../../wire/models/dynamodb.gen.ts";
import { validation } from "./errors.ts";
import { filterOf } from "./legacy-conditions.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { requestedProjection } from "./requested-projection.ts";

export interface SelectionInput {
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly Select?: string | undefined;
}

export interface Selection {
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
}

export interface SelectionRules {
  readonly wording: Wording;
  /** `QueryFilter` or `ScanFilter`. */
  readonly legacyFilter: Readonly<Record<string, LegacyCondition>> | undefined;
  /** What comes before the fault of a `Select`. */
  readonly envelope: string;
}

/** Marks all names and values of the request as used that its filter and projection use. */
export function selectionOf(
  ports: DynamoDbPorts,
  input: SelectionInput,
  bindings: Bindings,
  rules: SelectionRules,
): Selection {
  const { FilterExpression } = input;
  const filter =
    FilterExpression === undefined
      ? legacyFilterOf(input, rules)
      : ports.expressions.condition("FilterExpression", FilterExpression, bindings);
  const projection = requestedProjection(ports, input, bindings);
  bindings.requireAllUsed();
  requireSelect(input, projection !== undefined, rules.envelope);
  return { filter, projection };
}

function legacyFilterOf(
  { ConditionalOperator: conditionalOperator }: SelectionInput,
  { legacyFilter, wording }: SelectionRules,
): Condition | undefined {
  if (legacyFilter !== undefined) {
    return filterOf(legacyFilter, { wording, conditionalOperator });
  }
  if (conditionalOperator !== undefined) {
    throw new ExpressionError("ConditionalOperator cannot be used without Filter or Expected");
  }
  return undefined;
}

/** Whether the parameters that say what to return fit together. */
function requireSelect(input: SelectionInput, isProjected: boolean, envelope: string): void {
  const { Select, AttributesToGet } = input;
  if (Select === "SPECIFIC_ATTRIBUTES" && !isProjected) {
    throw validation(
      "Must specify the AttributesToGet or ProjectionExpression " +
        "when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
  if (Select === undefined || Select === "SPECIFIC_ATTRIBUTES" || !isProjected) {
    return;
  }
  const parameter = AttributesToGet === undefined ? "ProjectionExpression" : "AttributesToGet";
  const choice = Select === "COUNT" ? "only the Count" : Select;
  throw validation(`${envelope}Cannot specify the ${parameter} when choosing to get ${choice}`);
}
