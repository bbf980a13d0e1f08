import { randomUUID } from "node:crypto";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyHandlerV2 } from "aws-lambda";
import { logger, setting, table } from "./clients.js";
import { orderKey, parseOrder } from "./order.js";

const sqs = new SQSClient({});

/**
 * Writes the order down, then hands it to the queue. A client that got no answer sends the same
 * `Idempotency-Key` again and gets the same order.
 */
export const handler: APIGatewayProxyHandlerV2 = async (event, context) => {
  logger.addContext(context);
  const orderId = event.headers["idempotency-key"] ?? randomUUID();
  const order = parseOrder(event.body, orderId);
  if (typeof order === "string") {
    return { statusCode: 400, body: JSON.stringify({ message: order }) };
  }
  await putOnce({ ...orderKey(orderId), ...order, status: "PLACED" });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: setting("ORDERS_QUEUE_URL"),
      MessageBody: JSON.stringify(order),
    }),
  );
  logger.info("order placed", { orderId, totalCents: order.totalCents });
  return { statusCode: 202, body: JSON.stringify({ orderId, status: "PLACED" }) };
};

async function putOnce(item: Record<string, unknown>): Promise<void> {
  try {
    await table.send(
      new PutCommand({
        TableName: setting("ORDERS_TABLE"),
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") {
      throw error;
    }
  }
}
