import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  paginateListTables,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new DynamoDBClient(engine.config);
const documents = DynamoDBDocumentClient.from(client);
const TableName = "items";
const waiting = { client, maxWaitTime: 10, minDelay: 1 };

async function createTable(name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  await waitUntilTableExists(waiting, { TableName: name });
}

await createTable(TableName);

test("items: keep every type of the document client", async () => {
  const Item = {
    pk: "types",
    sk: 1,
    text: "ü",
    flag: false,
    nothing: null,
    bytes: Uint8Array.of(1, 2),
    list: [1, "two", { three: 3 }],
    names: new Set(["a", "b"]),
    numbers: new Set([1, 2.5]),
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const Key = { pk: "types", sk: 1 };
  expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toEqual(Item);
  const { Attributes } = await documents.send(
    new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }),
  );
  expect(Attributes).toEqual(Item);
  expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
});

test("update: evaluates expressions and answers what changed", async () => {
  const update = (count: number) =>
    documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: "update", sk: 1 },
        UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :n, tags.#c = :n ADD seen :seen",
        ConditionExpression: "attribute_not_exists(pk) OR #c < :limit",
        ExpressionAttributeNames: { "#c": "count" },
        ExpressionAttributeValues: {
          ":zero": 0,
          ":n": count,
          ":seen": new Set([count]),
          ":limit": 5,
        },
        ReturnValues: "UPDATED_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
  await expect(update(1)).rejects.toMatchObject({ name: "ValidationException" });
  await documents.send(
    new PutCommand({ TableName, Item: { pk: "update", sk: 1, count: 1, tags: {} } }),
  );
  const { Attributes } = await update(6);
  expect(Attributes).toEqual({ count: 7, tags: { count: 6 }, seen: new Set([6]) });
  const refused = await update(1).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
  expect(refused).toMatchObject({
    message: "The conditional request failed",
    Item: { count: { N: "7" } },
  });
});

test("query and scan: filter, project and page", async () => {
  const puts = Array.from({ length: 7 }, (_, sk) => ({
    PutRequest: { Item: { pk: "pages", sk, even: sk % 2 === 0 } },
  }));
  await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
  const queried = await pagesOf(
    paginateQuery(
      { client: documents, pageSize: 3 },
      {
        TableName,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high",
        FilterExpression: "even = :even",
        ProjectionExpression: "sk",
        ExpressionAttributeValues: { ":pk": "pages", ":low": 1, ":high": 6, ":even": true },
        ScanIndexForward: false,
      },
    ),
  );
  expect(queried.flatMap((page) => page.Items)).toEqual([{ sk: 6 }, { sk: 4 }, { sk: 2 }]);
  expect(queried.reduce((sum, page) => sum + (page.ScannedCount ?? 0), 0)).toBe(6);
  const scanned = await pagesOf(
    paginateScan(
      { client: documents, pageSize: 2 },
      {
        TableName,
        FilterExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": "pages" },
      },
    ),
  );
  expect(scanned.flatMap((page) => page.Items)).toHaveLength(7);
  const { Responses } = await documents.send(
    new BatchGetCommand({
      RequestItems: {
        [TableName]: {
          Keys: [
            { pk: "pages", sk: 0 },
            { pk: "pages", sk: 99 },
          ],
        },
      },
    }),
  );
  expect(Responses?.[TableName]).toEqual([{ pk: "pages", sk: 0, even: true }]);
});

test("transactions: write all or nothing, with the reasons", async () => {
  const put = (sk: number, ConditionExpression?: string) => ({
    Put: {
      TableName,
      Item: { pk: "tx", sk },
      ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
    },
  });
  const write = (...TransactItems: ReturnType<typeof put>[]) =>
    documents.send(new TransactWriteCommand({ TransactItems }));
  await write(put(1), put(2));
  const refused = await write(put(3), put(1, "attribute_not_exists(pk)")).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(TransactionCanceledException);
  expect(refused).toMatchObject({
    CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }],
  });
  const Key = { pk: "tx", sk: 3 };
  expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
});

test("tables: are described, listed in pages and deleted", async () => {
  await expect(createTable(TableName)).rejects.toThrow(ResourceInUseException);
  await createTable("second");
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "second" }));
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    TableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/second`,
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
  });
  const pages = await pagesOf(paginateListTables({ client, pageSize: 1 }, {}));
  expect(pages.flatMap(({ TableNames = [] }) => TableNames)).toEqual(["items", "second"]);
  await client.send(new DeleteTableCommand({ TableName: "second" }));
  await waitUntilTableNotExists(waiting, { TableName: "second" });
  await expect(
    documents.send(new GetCommand({ TableName: "second", Key: { pk: "a", sk: 1 } })),
  ).rejects.toThrow(ResourceNotFoundException);
});

test("errors: name the key that is wrong", async () => {
  await expect(
    documents.send(new PutCommand({ TableName, Item: { pk: "a" } })),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "One or more parameter values were invalid: Missing the key sk in the item",
  });
});
