import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { SNSHandler } from "aws-lambda";
import { logger, setting, table } from "./clients.js";
import { customerKey, orderKey } from "./order.js";

interface Confirmation {
  readonly orderId: string;
  readonly customerId: string;
  readonly totalCents: number;
  readonly confirmedAt: string;
  readonly text: string;
}

/** Confirms an order and counts it for its customer: once, however often the topic tells of it. */
export const handler: SNSHandler = async (event, context) => {
  logger.addContext(context);
  for (const record of event.Records) {
    const { responsePayload } = JSON.parse(record.Sns.Message) as { responsePayload: Confirmation };
    await recordOnce(responsePayload);
  }
};

async function recordOnce(confirmation: Confirmation): Promise<void> {
  const TableName = setting("ORDERS_TABLE");
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName,
              Key: orderKey(confirmation.orderId),
              UpdateExpression: "SET #status = :confirmed, confirmedAt = :time, #text = :text",
              ConditionExpression: "#status = :processed",
              ExpressionAttributeNames: { "#status": "status", "#text": "text" },
              ExpressionAttributeValues: {
                ":confirmed": "CONFIRMED",
                ":processed": "PROCESSED",
                ":time": confirmation.confirmedAt,
                ":text": confirmation.text,
              },
            },
          },
          {
            Update: {
              TableName,
              Key: customerKey(confirmation.customerId),
              UpdateExpression: "ADD orderCount :one, totalCents :cents",
              ExpressionAttributeValues: { ":one": 1, ":cents": confirmation.totalCents },
            },
          },
        ],
      }),
    );
    logger.info("confirmation recorded", { orderId: confirmation.orderId });
  } catch (error) {
    const isKnown =
      error instanceof TransactionCanceledException &&
      error.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed";
    if (!isKnown) {
      throw error;
    }
    logger.info("confirmation known", { orderId: confirmation.orderId });
  }
}
