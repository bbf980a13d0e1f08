import { ExpressionError } from "../../../languages/dynamodb/expression-error.ts";
import { Parameters } from "../../../languages/partiql/parameters.ts";
import type { Statement } from "../../../languages/partiql/syntax.ts";
import type { WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type {
  BatchStatementRequest,
  BatchStatementResponse,
  ConsumedCapacity,
} from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { consumedCapacity, summed, type Units } from "../capacity.ts";
import { validation } from "../errors.ts";
import { BATCH_STATEMENTS_MAX } from "../limits.ts";
import { meteredRead, meteredWrite } from "../metered.ts";
import { readOne } from "../partiql/read-one.ts";
import { bindWrite } from "../partiql/write-statement.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { Table } from "../table.ts";
import type { Usage } from "../throughput-meter.ts";
import { performAction } from "../write-action.ts";

/**
 * Statements fail one by one: each is carried out, or answered with its error.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
 */
export async function batchExecuteStatement(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "BatchExecuteStatement">,
): Promise<Output<"dynamodb", "BatchExecuteStatement">> {
  if (input.Statements.length > BATCH_STATEMENTS_MAX) {
    throw validation("Too many statements requested for the BatchExecuteStatement call");
  }
  const members = input.Statements.map((request) => parsed(ctx, request));
  requireOneKind(members);
  const isWrite = members.some(({ statement }) => statement && statement.kind !== "select");
  const run = (tx: WriteTx, usage: Usage) =>
    members.map((member) => outcomeOf(tx, ctx, member, usage));
  const outcomes = isWrite
    ? await meteredWrite(ctx, run)
    : await meteredRead(ctx, (tx, usage) => run(tx as WriteTx, usage));
  const ConsumedCapacityList = capacities(input.ReturnConsumedCapacity, outcomes);
  return {
    Responses: outcomes.map(({ response }) => response),
    ...(ConsumedCapacityList.length > 0 && { ConsumedCapacity: ConsumedCapacityList }),
  };
}

interface Member {
  readonly request: BatchStatementRequest;
  readonly statement?: Statement;
  readonly parameters?: Parameters;
  /** What is wrong with the statement as it was sent. */
  readonly fault?: BatchStatementResponse;
}

function parsed(ctx: DynamoDbContext, request: BatchStatementRequest): Member {
  try {
    return {
      request,
      statement: ctx.statements.parse(request.Statement),
      parameters: new Parameters(request.Parameters),
    };
  } catch (error) {
    return { request, fault: { Error: errorOf(error) } };
  }
}

function requireOneKind(members: readonly Member[]): void {
  const kinds = members.flatMap(({ statement }) =>
    statement === undefined ? [] : [statement.kind === "select"],
  );
  if (new Set(kinds).size > 1) {
    throw validation("BatchExecuteStatement can not contain both read and write statements");
  }
}

interface Outcome {
  readonly response: BatchStatementResponse;
  readonly consumed?: { readonly tableName: string; readonly table: Table; readonly units: Units };
}

function outcomeOf(tx: WriteTx, ctx: DynamoDbContext, member: Member, usage: Usage): Outcome {
  const { statement, parameters, request, fault } = member;
  if (statement === undefined || parameters === undefined) {
    return { response: fault ?? {} };
  }
  let table: Table | undefined;
  let isBound = false;
  try {
    if (statement.kind === "exists") {
      throw validation("EXISTS() can only be used in ExecuteTransaction");
    }
    const TableName = statement.table;
    table = ctx.tables.require(tx, ctx, TableName);
    if (statement.kind === "select") {
      const isConsistent = request.ConsistentRead === true;
      const { item, units } = readOne(tx, table, {
        select: statement,
        parameters,
        isConsistent,
        operation: "BatchExecuteStatement",
      });
      usage.take(table, "read", units, tx.nowMs);
      const consumed = { tableName: TableName, table, units };
      return { response: { TableName, ...(item && { Item: item }) }, consumed };
    }
    const bound = bindWrite(table, { statement, parameters, onFailure: undefined });
    isBound = true;
    requireAdmitted(usage, table, tx.nowMs);
    const written = performAction(tx, table, bound.action, bound.key);
    usage.charge(table, "write", written.units, tx.nowMs);
    const item = bound.returned(written);
    const consumed = { tableName: TableName, table, units: written.units };
    return { response: { TableName, ...(item && { Item: item }) }, consumed };
  } catch (error) {
    const TableName = isBound && statement.kind !== "exists" ? statement.table : undefined;
    return { response: { Error: errorOf(error), ...(TableName && { TableName }) } };
  }
}

/** Before anything is written: a statement that is refused must leave nothing behind. */
function requireAdmitted(usage: Usage, table: Table, nowMs: number): void {
  const refusal = usage.refusal(table, "write", new Map([[undefined, 1]]), nowMs);
  if (refusal !== undefined) {
    throw refusal;
  }
}

/** Codes as `BatchStatementErrorCodeEnum` has them. Anything but an answer of AWS goes its way. */
function errorOf(error: unknown): NonNullable<BatchStatementResponse["Error"]> {
  if (error instanceof ExpressionError) {
    return { Code: "ValidationError", Message: error.message };
  }
  if (!(error instanceof AwsError)) {
    throw error;
  }
  const name = error.code.replace(/Exception$/, "");
  const isPlain = name === "Validation" || name === "Throttling";
  return { Code: isPlain ? `${name}Error` : name, Message: error.message };
}

function capacities(
  form: string | undefined,
  outcomes: readonly Outcome[],
): readonly ConsumedCapacity[] {
  const all = outcomes.flatMap(({ consumed }) => (consumed === undefined ? [] : [consumed]));
  return [...new Set(all.map(({ tableName }) => tableName))].flatMap((TableName) => {
    const own = all.filter(({ tableName }) => tableName === TableName);
    const [first] = own;
    const units = summed(own.map((part) => part.units));
    return (first && consumedCapacity({ TableName, form }, first.table, units)) ?? [];
  });
}
