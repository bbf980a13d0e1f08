/**
 * The books: a row for every step of every order, and the accounts that the steps move.
 *
 * A step and what it moves are one transaction, so it is done once however often it is tried. What
 * was taken back, or is taken back before it was done, leaves its row as well: a try that arrives
 * late finds it and does nothing.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { StepRefused } from "./step.js";

/** `known`: it was so before. */
export type Booked = "done" | "known";

/** A row of the table, and what is added to its numbers. */
export interface Movement {
  readonly account: string;
  readonly add: Readonly<Record<string, number>>;
  /** Which number must stay at zero or more. */
  readonly floor?: string;
}

export interface Entry {
  readonly orderId: string;
  /** `STOCK`, `PAYMENT`, `SHIPMENT`, `CONFIRMATION`. */
  readonly kind: string;
  readonly movements: readonly Movement[];
}

type Action = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env["BOOKS_TABLE"] ?? "";
const NAMES = { "#status": "status" };

const entryKey = ({ orderId, kind }: Entry) => ({ pk: `ORDER#${orderId}`, sk: kind });

/** Books an entry; throws `StepRefused` when an account lacks what it takes. */
export async function book(entry: Entry): Promise<Booked> {
  const row: Action = {
    Put: {
      TableName,
      Item: { ...entryKey(entry), status: "DONE" },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
  try {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [row, ...entry.movements.map((move) => moving(move))],
      }),
    );
    return "done";
  } catch (error) {
    const failed = failedConditions(error);
    if (failed[0] === true) {
      return known(entry);
    }
    if (failed.includes(true)) {
      throw new StepRefused(`${entry.kind}: the account has too little`);
    }
    throw error;
  }
}

/** Takes an entry back; one that was never booked can be booked no more. */
export async function takeBack(entry: Entry): Promise<Booked> {
  const row: Action = {
    Update: {
      TableName,
      Key: entryKey(entry),
      UpdateExpression: "SET #status = :undone",
      ConditionExpression: "#status = :done",
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ":done": "DONE", ":undone": "UNDONE" },
    },
  };
  const back = entry.movements.map((move) => moving({ ...move, add: negated(move.add) }));
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [row, ...back] }));
    return "done";
  } catch (error) {
    if (failedConditions(error)[0] !== true) {
      throw error;
    }
    return forbid(entry);
  }
}

/** Throws when the entry was booked meanwhile: the next try takes it back. */
async function forbid(entry: Entry): Promise<Booked> {
  try {
    await client.send(
      new PutCommand({
        TableName,
        Item: { ...entryKey(entry), status: "UNDONE" },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return "done";
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw error;
    }
  }
  if ((await statusOf(entry)) !== "UNDONE") {
    throw new Error(`${entry.kind} of ${entry.orderId} was booked meanwhile`);
  }
  return "known";
}

async function known(entry: Entry): Promise<Booked> {
  if ((await statusOf(entry)) === "UNDONE") {
    throw new StepRefused(`${entry.kind} was taken back`);
  }
  return "known";
}

async function statusOf(entry: Entry): Promise<unknown> {
  const { Item } = await client.send(
    new GetCommand({ TableName, Key: entryKey(entry), ConsistentRead: true }),
  );
  return Item?.["status"];
}

function moving({ account, add, floor }: Movement): Action {
  const names = Object.keys(add);
  const taken = floor === undefined ? 0 : -(add[floor] ?? 0);
  const terms = names.map((_, at) => `#n${at} :n${at}`);
  const values = names.map((name, at) => [`:n${at}`, add[name]]);
  return {
    Update: {
      TableName,
      Key: { pk: account, sk: "ACCOUNT" },
      UpdateExpression: `ADD ${terms.join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        taken > 0 ? [...values, [":taken", taken]] : values,
      ),
      ...(taken > 0 && { ConditionExpression: `#n${names.indexOf(floor ?? "")} >= :taken` }),
    },
  };
}

function negated(add: Movement["add"]): Movement["add"] {
  return Object.fromEntries(Object.entries(add).map(([name, count]) => [name, -count]));
}

/** Of each part of a transaction, whether its condition did not hold. */
function failedConditions(error: unknown): readonly boolean[] {
  if (!(error instanceof TransactionCanceledException)) {
    return [];
  }
  return (error.CancellationReasons ?? []).map(({ Code }) => Code === "ConditionalCheckFailed");
}
