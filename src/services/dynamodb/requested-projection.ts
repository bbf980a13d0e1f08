/** What a read returns of items: a projection expression, or the names of attributes before it. */
import type { Bindings } from "../../languages/dynamodb/bindings.ts";
import { type Projection, projectionOf } from "../../languages/dynamodb/projection.ts";
import { invalidParameters } from "./errors.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { bindingsOf, requireNotMixed } from "./request-checks.ts";

interface ProjectionInput {
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string } | undefined;
}

/** Of a request that has no other expression. */
export function onlyProjection(
  ports: DynamoDbPorts,
  input: ProjectionInput,
): Projection | undefined {
  const { ProjectionExpression, AttributesToGet } = input;
  requireNotMixed({ AttributesToGet }, { ProjectionExpression });
  const bindings = bindingsOf(input, { ProjectionExpression }, { wording: "current" });
  const projection = requestedProjection(ports, input, bindings);
  bindings.requireAllUsed();
  return projection;
}

export function requestedProjection(
  ports: DynamoDbPorts,
  { ProjectionExpression, AttributesToGet }: ProjectionInput,
  bindings: Bindings,
): Projection | undefined {
  return ProjectionExpression === undefined
    ? AttributesToGet && legacyProjection(AttributesToGet)
    : ports.expressions.projection(ProjectionExpression, bindings);
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributesToGet.html */
function legacyProjection(names: readonly string[]): Projection {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw invalidParameters(`Duplicate value in attribute name: ${repeated}`);
  }
  return projectionOf(names.map((name) => [name]));
}
