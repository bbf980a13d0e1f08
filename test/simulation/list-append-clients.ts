/**
 * Clients that append to lists of a DynamoDB table over HTTP, by every way an item can be written
 * atomically, and write down what they saw.
 *
 * A key's item has its list and a version that grows with every append, so that a transaction can
 * require that what it read before is still so: it is then one transaction with its reads.
 */
import {
  DynamoDBClient,
  ExecuteTransactionCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Random } from "../../src/platform/random.ts";
import type { Step, Transaction } from "./serializability.ts";

export const TABLE = "lists";

/** What a client was told: an error that says nothing of the outcome is `unknown`. */
type Outcome = Transaction["outcome"];

interface Attempt {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
}

export interface World {
  readonly client: DynamoDBClient;
  readonly random: Random;
  readonly keys: readonly string[];
  readonly history: Transaction[];
  /** The scale of `sentAt` and `answeredAt`: every event has a number of its own. */
  clock: number;
  value: number;
}

export function createWorld(endpoint: string, random: Random, keyCount: number): World {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "any" },
    maxAttempts: 4,
  });
  const keys = Array.from({ length: keyCount }, (_, index) => `k${index}`);
  return { client, random, keys, history: [], clock: 0, value: 0 };
}

/** Runs one transaction and records it. */
export async function record(
  world: World,
  transact: (world: World) => Promise<Attempt>,
): Promise<void> {
  world.clock += 1;
  const sentAt = world.clock;
  const { outcome, steps } = await transact(world);
  world.clock += 1;
  const id = world.history.length;
  world.history.push({ id, outcome, steps, sentAt, answeredAt: world.clock });
}

/** A transaction of a random kind over random keys. */
export function randomTransaction(world: World): (world: World) => Promise<Attempt> {
  const kinds = [blindAppends, readKeys, readThenAppend, appendOne, appendByStatements];
  const kind = kinds[Math.floor(world.random.next() * kinds.length)] ?? readKeys;
  const keys = someKeys(world);
  return (running) => kind(running, keys);
}

function someKeys({ keys, random }: World): readonly string[] {
  const some = keys.filter(() => random.next() < 0.45);
  return some.length > 0 ? some : keys.slice(0, 1);
}

function nextValue(world: World): number {
  world.value += 1;
  return world.value;
}

const keyOf = (key: string) => ({ pk: { S: key } });

/** Every key at once. */
export async function readKeys(
  world: World,
  keys: readonly string[] = world.keys,
): Promise<Attempt> {
  const reads = await readLists(world, keys);
  return { outcome: "ok", steps: reads.map(({ key, list }) => ({ kind: "read", key, list })) };
}

interface ListRead {
  readonly key: string;
  readonly list: readonly number[];
  readonly version: number;
}

async function readLists(world: World, keys: readonly string[]): Promise<readonly ListRead[]> {
  const { Responses = [] } = await world.client.send(
    new TransactGetItemsCommand({
      TransactItems: keys.map((key) => ({ Get: { TableName: TABLE, Key: keyOf(key) } })),
    }),
  );
  return keys.map((key, index) => {
    const item = Responses[index]?.Item;
    return {
      key,
      list: (item?.["list"]?.L ?? []).map(({ N }) => Number(N)),
      version: Number(item?.["version"]?.N ?? 0),
    };
  });
}

const APPEND = "SET #list = list_append(if_not_exists(#list, :none), :some) ADD version :one";

function appendTo(key: string, value: number, version?: number): TransactWriteItem {
  return {
    Update: {
      TableName: TABLE,
      Key: keyOf(key),
      UpdateExpression: APPEND,
      ExpressionAttributeNames: { "#list": "list" },
      ...(version !== undefined && { ConditionExpression: "version = :version" }),
      ExpressionAttributeValues: {
        ":none": { L: [] },
        ":some": { L: [{ N: String(value) }] },
        ":one": { N: "1" },
        ...(version !== undefined && { ":version": { N: String(version) } }),
      },
    },
  };
}

async function blindAppends(world: World, keys: readonly string[]): Promise<Attempt> {
  const appends = keys.map((key) => ({ key, value: nextValue(world) }));
  const outcome = await outcomeOf(
    world.client.send(
      new TransactWriteItemsCommand({
        TransactItems: appends.map(({ key, value }) => appendTo(key, value)),
      }),
    ),
  );
  return { outcome, steps: appends.map((append) => ({ kind: "append", ...append })) };
}

/** Appends to half of what it read, if all of it is still as it was read. */
async function readThenAppend(world: World, keys: readonly string[]): Promise<Attempt> {
  const reads = await readLists(world, keys);
  const steps: Step[] = reads.map(({ key, list }) => ({ kind: "read", key, list }));
  const items = reads.map(({ key, version }, index): TransactWriteItem => {
    if (index % 2 === 0) {
      const value = nextValue(world);
      steps.push({ kind: "append", key, value });
      return appendTo(key, value, version);
    }
    return {
      ConditionCheck: {
        TableName: TABLE,
        Key: keyOf(key),
        ConditionExpression: "version = :version",
        ExpressionAttributeValues: { ":version": { N: String(version) } },
      },
    };
  });
  const send = world.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
  return { outcome: await outcomeOf(send), steps };
}

/** UpdateItem returns what was there before: a read and an append in one. */
async function appendOne(world: World, [key = ""]: readonly string[]): Promise<Attempt> {
  const value = nextValue(world);
  const { Update } = appendTo(key, value);
  const { Attributes } = await world.client.send(
    new UpdateItemCommand({ ...(Update as NonNullable<typeof Update>), ReturnValues: "ALL_OLD" }),
  );
  const list = (Attributes?.["list"]?.L ?? []).map(({ N }) => Number(N));
  return {
    outcome: "ok",
    steps: [
      { kind: "read", key, list },
      { kind: "append", key, value },
    ],
  };
}

async function appendByStatements(world: World, keys: readonly string[]): Promise<Attempt> {
  const appends = keys.map((key) => ({ key, value: nextValue(world) }));
  const send = world.client.send(
    new ExecuteTransactionCommand({
      TransactStatements: appends.map(({ key, value }) => ({
        Statement:
          `UPDATE "${TABLE}" SET "list" = list_append("list", [${value}]) ` +
          "SET version = version + 1 WHERE pk = ?",
        Parameters: [{ S: key }],
      })),
    }),
  );
  const steps = appends.map((append): Step => ({ kind: "append", ...append }));
  return { outcome: await outcomeOf(send), steps };
}

async function outcomeOf(send: Promise<unknown>): Promise<Outcome> {
  try {
    await send;
    return "ok";
  } catch (error) {
    return (error as Error).name === "TransactionCanceledException" ? "failed" : "unknown";
  }
}

/** A client that claims two updates are one transaction; `between` runs in the middle of it. */
export async function tornAppends(
  world: World,
  keys: readonly [string, string],
  between: () => Promise<void>,
): Promise<Attempt> {
  const steps: Step[] = [];
  for (const key of keys) {
    const value = nextValue(world);
    const { Update } = appendTo(key, value);
    await world.client.send(new UpdateItemCommand(Update as NonNullable<typeof Update>));
    steps.push({ kind: "append", key, value });
    if (steps.length === 1) {
      await between();
    }
  }
  return { outcome: "ok", steps };
}
