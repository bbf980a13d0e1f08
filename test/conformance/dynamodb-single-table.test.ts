/** A single-table design of users and orders, with an index by status, over the document client. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new DynamoDBClient(engine.config);
const docClient = DynamoDBDocumentClient.from(client);
const TABLE_NAME = "app-table";

interface BaseEntity {
  pk: string;
  sk: string;
  gsi1pk?: string;
  gsi1sk?: string;
  type: string;
  createdAt: string;
  updatedAt: string;
}

interface User extends BaseEntity {
  type: "USER";
  userId: string;
  email: string;
  name: string;
}

interface Order extends BaseEntity {
  type: "ORDER";
  orderId: string;
  userId: string;
  status: string;
  total: number;
}

const keyPatterns = {
  user: (userId: string) => ({ pk: `USER#${userId}`, sk: "PROFILE" }),
  order: (userId: string, orderId: string) => ({ pk: `USER#${userId}`, sk: `ORDER#${orderId}` }),
  orderItem: (orderId: string, productId: string) => ({
    pk: `ORDER#${orderId}`,
    sk: `ITEM#${productId}`,
  }),
  orderByStatus: (status: string, createdAt: string) => ({
    gsi1pk: `STATUS#${status}`,
    gsi1sk: createdAt,
  }),
};

class OrderRepository {
  async getUserWithOrders(userId: string): Promise<{ user: User; orders: Order[] }> {
    const result = await docClient.send(
      new QueryCommand({
        TableName: TABLE_NAME,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": `USER#${userId}` },
      }),
    );
    const user = result.Items?.find((item) => item["type"] === "USER") as User;
    const orders = result.Items?.filter((item) => item["type"] === "ORDER") as Order[];
    return { user, orders };
  }

  async getOrdersByStatus(status: string, limit = 50): Promise<Order[]> {
    const result = await docClient.send(
      new QueryCommand({
        TableName: TABLE_NAME,
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :status",
        ExpressionAttributeValues: { ":status": `STATUS#${status}` },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return result.Items as Order[];
  }
}

await client.send(
  new CreateTableCommand({
    TableName: TABLE_NAME,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((name) => ({
      AttributeName: name,
      AttributeType: "S",
    })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "gsi1",
        KeySchema: [
          { AttributeName: "gsi1pk", KeyType: "HASH" },
          { AttributeName: "gsi1sk", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
    SSESpecification: { Enabled: true },
  }),
);

const timeOf = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`;

function orderOf(userId: string, number: number, status: string): Order {
  const createdAt = timeOf(number);
  return {
    ...keyPatterns.order(userId, `o${number}`),
    ...keyPatterns.orderByStatus(status, createdAt),
    type: "ORDER",
    orderId: `o${number}`,
    userId,
    status,
    total: number * 10.5,
    createdAt,
    updatedAt: createdAt,
  };
}

const user: User = {
  ...keyPatterns.user("u1"),
  type: "USER",
  userId: "u1",
  email: "u1@example.com",
  name: "Una",
  createdAt: timeOf(0),
  updatedAt: timeOf(0),
};
const orders = [1, 2, 3, 4].map((number) => orderOf("u1", number, "PENDING"));
const foreign = orderOf("u2", 5, "PENDING");
const repository = new OrderRepository();

test("single table: a user and their orders come with one query", async () => {
  await docClient.send(
    new BatchWriteCommand({
      RequestItems: {
        [TABLE_NAME]: [user, ...orders, foreign].map((Item) => ({ PutRequest: { Item } })),
      },
    }),
  );
  expect(await repository.getUserWithOrders("u1")).toEqual({ user, orders });
});

test("single table: orders by status come newest first, up to a limit", async () => {
  const ids = async (status: string, limit?: number) =>
    (await repository.getOrdersByStatus(status, limit)).map(({ orderId }) => orderId);
  expect(await ids("PENDING")).toEqual(["o5", "o4", "o3", "o2", "o1"]);
  expect(await ids("PENDING", 2)).toEqual(["o5", "o4"]);
  expect(await ids("SHIPPED")).toEqual([]);
});

test("single table: an order that changes its status moves in the index", async () => {
  await docClient.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName: TABLE_NAME,
            Key: keyPatterns.order("u1", "o2"),
            UpdateExpression: "SET #status = :new, gsi1pk = :index, updatedAt = :now",
            ConditionExpression: "#status = :old",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: {
              ":new": "SHIPPED",
              ":old": "PENDING",
              ":index": "STATUS#SHIPPED",
              ":now": timeOf(30),
            },
          },
        },
        {
          Put: {
            TableName: TABLE_NAME,
            Item: { ...keyPatterns.orderItem("o2", "p1"), type: "ORDER_ITEM", quantity: 2 },
          },
        },
      ],
    }),
  );
  const shipped = await repository.getOrdersByStatus("SHIPPED");
  expect(shipped).toMatchObject([{ orderId: "o2", status: "SHIPPED" }]);
  expect(await repository.getOrdersByStatus("PENDING")).toHaveLength(4);
});
