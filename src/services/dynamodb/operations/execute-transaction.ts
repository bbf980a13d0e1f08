import { ExpressionError } from "../../../languages/dynamodb/expression-error.ts";
import { Parameters } from "../../../languages/partiql/parameters.ts";
import type { Statement } from "../../../languages/partiql/syntax.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { ItemResponse, ParameterizedStatement } from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { transactionCapacity } from "../capacity.ts";
import { validation } from "../errors.ts";
import { digestOfRequest, isRepeated } from "../idempotency.ts";
import { meteredRead, meteredWrite } from "../metered.ts";
import { readOne } from "../partiql/read-one.ts";
import { transactionStatement } from "../partiql/transaction-statement.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { Usage } from "../throughput-meter.ts";
import { performTransaction, requireCapacity } from "../transaction-actions.ts";

type ExecuteTransactionInput = Input<"dynamodb", "ExecuteTransaction">;
type ExecuteTransactionOutput = Output<"dynamodb", "ExecuteTransaction">;

interface Member {
  readonly statement: Statement;
  readonly parameters: Parameters;
  readonly onFailure: string | undefined;
}

interface Transaction {
  readonly input: ExecuteTransactionInput;
  readonly members: readonly Member[];
  readonly usage: Usage;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html */
export async function executeTransaction(
  ctx: DynamoDbContext,
  input: ExecuteTransactionInput,
): Promise<ExecuteTransactionOutput> {
  const members = input.TransactStatements.map((request, index) => parsed(ctx, request, index));
  const reads = members.filter(({ statement }) => statement.kind === "select");
  if (reads.length > 0 && reads.length < members.length) {
    throw validation(
      "Transactions can contain either read statements or write statements, not both",
    );
  }
  return reads.length > 0
    ? meteredRead(ctx, (tx, usage) => readAll(tx, ctx, { input, members, usage }))
    : meteredWrite(ctx, (tx, usage) => writeAll(tx, ctx, { input, members, usage }));
}

function parsed(ctx: DynamoDbContext, request: ParameterizedStatement, index: number): Member {
  const onFailure = request.ReturnValuesOnConditionCheckFailure;
  const statement = located(index, () => ctx.statements.parse(request.Statement));
  return { statement, parameters: new Parameters(request.Parameters), onFailure };
}

/** What is wrong with a statement is said with its place among the others. */
function located<T>(index: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const isFault =
      error instanceof ExpressionError ||
      (error instanceof AwsError && error.code === "ValidationException");
    throw isFault
      ? validation(`Validation failed in TransactStatements[${index}]: ${error.message}`)
      : error;
  }
}

function readAll(
  tx: ReadTx,
  ctx: DynamoDbContext,
  { input, members, usage }: Transaction,
): ExecuteTransactionOutput {
  const found = members.map(({ statement, parameters }, index) => {
    if (statement.kind !== "select") {
      throw validation("A transaction of reads has no other statements");
    }
    const tableName = statement.table;
    const table = ctx.tables.require(tx, ctx, tableName);
    const operation = "ExecuteTransaction";
    const request = { select: statement, parameters, isConsistent: true, operation } as const;
    return { tableName, table, ...located(index, () => readOne(tx, table, request)) };
  });
  requireCapacity(tx, usage, found);
  return {
    Responses: found.map(({ item }): ItemResponse => (item === undefined ? {} : { Item: item })),
    ConsumedCapacity: transactionCapacity(input.ReturnConsumedCapacity, "read", found),
  };
}

function writeAll(
  tx: WriteTx,
  ctx: DynamoDbContext,
  { input, members, usage }: Transaction,
): ExecuteTransactionOutput {
  const { ClientRequestToken: token, ...request } = input;
  if (token && isRepeated(tx, { scope: ctx, token, digest: digestOfRequest(request) })) {
    return { Responses: [] };
  }
  const actions = members.map((member, index) =>
    located(index, () => transactionStatement(tx, ctx, member)),
  );
  const performed = performTransaction(tx, ctx, actions, usage);
  return {
    Responses: [],
    ConsumedCapacity: transactionCapacity(input.ReturnConsumedCapacity, "write", performed),
  };
}
