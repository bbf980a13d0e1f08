/** Random writes and queries against a model that keeps a plain list of items. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Attributes,
  attributeOf,
  compareValues,
} from "../../languages/dynamodb/attribute-value.ts";
import { canonicalNumber } from "../../languages/dynamodb/number.ts";
import { createDynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

interface Write {
  readonly kind: "put" | "update" | "delete";
  readonly pk: string;
  readonly sk: string;
  readonly owner: string | undefined;
}

interface Read {
  readonly kind: "query";
  readonly pk: string;
  readonly comparator: string;
  readonly sk: string;
  readonly isForward: boolean;
  readonly limit: number;
}

const pk = fc.constantFrom("p", "q");
const sk = fc.constantFrom("-10", "-1.5", "0", "0.5", "1", "1.0", "2e0", "3", "10", "1e2");
const owner = fc.constantFrom("ann", "bob", undefined);
const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom("put", "update", "delete"),
  pk,
  sk,
  owner,
});
const read: fc.Arbitrary<Read> = fc.record({
  kind: fc.constant("query"),
  pk,
  comparator: fc.constantFrom("=", "<", "<=", ">", ">="),
  sk,
  isForward: fc.boolean(),
  limit: fc.integer({ min: 1, max: 5 }),
});

class Model {
  readonly items: Map<string, Attributes> = new Map();

  apply({ kind, pk: hash, sk: range, owner: name }: Write): void {
    const canonical = canonicalNumber(range);
    const id = `${hash} ${canonical}`;
    const key = { pk: { S: hash }, sk: { N: canonical } };
    const owned = name === undefined ? {} : { owner: { S: name } };
    if (kind === "delete") {
      this.items.delete(id);
    } else if (kind === "put") {
      this.items.set(id, { ...key, ...owned });
    } else {
      const { owner: _, ...rest }: Attributes = this.items.get(id) ?? key;
      this.items.set(id, { ...rest, ...owned, updated: { BOOL: true } });
    }
  }

  sorted(attribute: string, value: string): readonly Attributes[] {
    return [...this.items.values()]
      .filter((item) => attributeOf(item, attribute)?.S === value)
      .sort((a, b) => compareValues(a["sk"] ?? {}, b["sk"] ?? {}) ?? 0);
  }
}

function passes(item: Attributes, { comparator, sk: bound }: Read): boolean {
  const order = compareValues(item["sk"] ?? {}, { N: canonicalNumber(bound) }) ?? Number.NaN;
  const wanted = { "=": [0], "<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1] }[comparator];
  return wanted?.includes(Math.sign(order)) === true;
}

async function createTasks() {
  const db = createDynamoDbFixture({ hasTimers: false });
  await db.table("tasks", "pk sk:N", {
    AttributeDefinitions: [{ AttributeName: "owner", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byOwner",
        KeySchema: [
          { AttributeName: "owner", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  return db;
}

type Database = Awaited<ReturnType<typeof createTasks>>;

async function perform(db: Database, { kind, pk: hash, sk: range, owner: name }: Write) {
  const Key = { pk: { S: hash }, sk: { N: range } };
  const owned = name === undefined ? {} : { owner: { S: name } };
  switch (kind) {
    case "put":
      return db.put("tasks", { ...Key, ...owned });
    case "delete":
      return db.call("DeleteItem", { TableName: "tasks", Key });
    case "update":
      return db.call("UpdateItem", {
        TableName: "tasks",
        Key,
        UpdateExpression:
          name === undefined ? "SET updated = :t REMOVE #o" : "SET updated = :t, #o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: {
          ":t": { BOOL: true },
          ...(name !== undefined && { ":o": { S: name } }),
        },
      });
  }
}

/** All pages of a query. */
async function queried(db: Database, request: Read): Promise<readonly Attributes[]> {
  const items: Attributes[] = [];
  let ExclusiveStartKey: Attributes | undefined;
  do {
    const page = await db.call("Query", {
      TableName: "tasks",
      KeyConditionExpression: `pk = :p AND sk ${request.comparator} :s`,
      ExpressionAttributeValues: { ":p": { S: request.pk }, ":s": { N: request.sk } },
      ScanIndexForward: request.isForward,
      Limit: request.limit,
      ExclusiveStartKey,
    });
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

test("items: any sequence of writes and queries agrees with the model", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(write, read), { maxLength: 40 }), async (steps) => {
      const db = await createTasks();
      const model = new Model();
      for (const step of steps) {
        if (step.kind === "query") {
          const expected = model.sorted("pk", step.pk).filter((item) => passes(item, step));
          expect(await queried(db, step)).toEqual(
            step.isForward ? expected : [...expected].reverse(),
          );
        } else {
          model.apply(step);
          await perform(db, step);
        }
      }
      await expectAgreement(db, model);
    }),
    { numRuns: 60 },
  );
});

async function expectAgreement(db: Database, model: Model): Promise<void> {
  for (const name of ["ann", "bob"]) {
    const { Items } = await db.call("Query", {
      TableName: "tasks",
      IndexName: "byOwner",
      KeyConditionExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":o": { S: name } },
    });
    const expected = model.sorted("owner", name);
    expect(Items?.map(({ sk: value }) => value)).toEqual(expected.map(({ sk: value }) => value));
    expect(new Set(Items?.map((item) => JSON.stringify(Object.entries(item).sort())))).toEqual(
      new Set(expected.map((item) => JSON.stringify(Object.entries(item).sort()))),
    );
  }
  const { Table } = await db.call("DescribeTable", { TableName: "tasks" });
  expect(Table?.ItemCount).toBe(model.items.size);
  expect(Table?.GlobalSecondaryIndexes?.[0]?.ItemCount).toBe(
    [...model.items.values()].filter((item) => item["owner"] !== undefined).length,
  );
}
