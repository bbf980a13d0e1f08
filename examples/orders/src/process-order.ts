import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import { logger, setting, table } from "./clients.js";
import { type Order, orderKey } from "./order.js";

const processor = new BatchProcessor(EventType.SQS);
const bus = new EventBridgeClient({});

/** Each record stands alone: those that fail are reported, and only they come again. */
export const handler: SQSHandler = async (event, context) => {
  logger.addContext(context);
  return processPartialResponse(event, processOrder, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
};

/** Idempotent: a second delivery of the same order changes nothing but announces it again. */
async function processOrder(record: SQSRecord): Promise<void> {
  const order = JSON.parse(record.body) as Order;
  const unavailable = order.lines.find((line) => line.sku === "OUT-OF-STOCK");
  if (unavailable !== undefined) {
    const attempt = record.attributes.ApproximateReceiveCount;
    logger.error("order failed", { orderId: order.orderId, sku: unavailable.sku, attempt });
    throw new Error(`Order ${order.orderId}: ${unavailable.sku} cannot be delivered.`);
  }
  await markProcessed(order.orderId);
  const { FailedEntryCount: failedCount } = await bus.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: setting("ORDERS_BUS"),
          Source: "orders",
          DetailType: "OrderProcessed",
          Detail: JSON.stringify(order),
        },
      ],
    }),
  );
  if (failedCount !== 0) {
    throw new Error(`Order ${order.orderId}: the bus did not take the event.`);
  }
  logger.info("order processed", { orderId: order.orderId });
}

async function markProcessed(orderId: string): Promise<void> {
  try {
    await table.send(
      new UpdateCommand({
        TableName: setting("ORDERS_TABLE"),
        Key: orderKey(orderId),
        UpdateExpression: "SET #status = :processed ADD attempts :one",
        ConditionExpression: "#status = :placed",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":processed": "PROCESSED", ":placed": "PLACED", ":one": 1 },
      }),
    );
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") {
      throw error;
    }
  }
}
