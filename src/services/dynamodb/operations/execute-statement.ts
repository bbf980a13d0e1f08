import { Parameters } from "../../../languages/partiql/parameters.ts";
import type { SelectSyntax } from "../../../languages/partiql/syntax.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { consumedCapacity } from "../capacity.ts";
import { validation } from "../errors.ts";
import { meteredRead, meteredWrite } from "../metered.ts";
import { digestOfStatement, type Position, positionOf, tokenOf } from "../partiql/next-token.ts";
import { runSelect } from "../partiql/select-statement.ts";
import { bindWrite, type WriteSyntax } from "../partiql/write-statement.ts";
import type { DynamoDbContext } from "../ports.ts";
import { performAction } from "../write-action.ts";

type ExecuteStatementInput = Input<"dynamodb", "ExecuteStatement">;
type ExecuteStatementOutput = Output<"dynamodb", "ExecuteStatement">;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html */
export async function executeStatement(
  ctx: DynamoDbContext,
  input: ExecuteStatementInput,
): Promise<ExecuteStatementOutput> {
  const statement = ctx.statements.parse(input.Statement);
  const parameters = new Parameters(input.Parameters);
  switch (statement.kind) {
    case "select":
      return select(ctx, input, statement, parameters);
    case "exists":
      throw validation("EXISTS() can only be used in ExecuteTransaction");
    default:
      return write(ctx, input, statement, parameters);
  }
}

const BEGINNING: Position = { range: 0, key: undefined };

function select(
  ctx: DynamoDbContext,
  input: ExecuteStatementInput,
  statement: SelectSyntax,
  parameters: Parameters,
): Promise<ExecuteStatementOutput> {
  const { NextToken, Limit } = input;
  const digest = digestOfStatement([input.Statement, input.Parameters ?? []]);
  const position = NextToken === undefined ? BEGINNING : positionOf(NextToken, digest);
  return meteredRead(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, statement.table);
    const { items, units, next } = runSelect(tx, table, {
      select: statement,
      parameters,
      isConsistent: input.ConsistentRead === true,
      limit: Limit,
      position,
    });
    usage.take(table, "read", units, tx.nowMs);
    return {
      Items: items,
      ConsumedCapacity: consumedCapacity(capacityRequest(input, statement), table, units),
      ...(next && { NextToken: tokenOf(digest, next) }),
      ...(next?.key && { LastEvaluatedKey: next.key }),
    };
  });
}

function write(
  ctx: DynamoDbContext,
  input: ExecuteStatementInput,
  statement: WriteSyntax,
  parameters: Parameters,
): Promise<ExecuteStatementOutput> {
  const onFailure = input.ReturnValuesOnConditionCheckFailure;
  return meteredWrite(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, statement.table);
    const bound = bindWrite(table, { statement, parameters, onFailure });
    const written = performAction(tx, table, bound.action, bound.key);
    usage.take(table, "write", written.units, tx.nowMs);
    const returned = bound.returned(written);
    return {
      Items: returned === undefined ? [] : [returned],
      ConsumedCapacity: consumedCapacity(capacityRequest(input, statement), table, written.units),
    };
  });
}

function capacityRequest(
  input: ExecuteStatementInput,
  { table }: { readonly table: string },
): { readonly TableName: string; readonly form: string | undefined } {
  return { TableName: table, form: input.ReturnConsumedCapacity };
}
