import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { KinesisStreamHandler, KinesisStreamRecord } from "aws-lambda";
import type { Payment } from "./payment.js";
import { logger, setting, table } from "./tools.js";

const processor = new BatchProcessor(EventType.KinesisDataStreams);

export const handler: KinesisStreamHandler = async (event, context) => {
  logger.addContext(context);
  return processPartialResponse(event, add, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
};

/** The entry and the totals change together, so an entry that comes twice counts once. */
async function add({ kinesis }: KinesisStreamRecord): Promise<void> {
  const payment = JSON.parse(Buffer.from(kinesis.data, "base64").toString()) as Payment;
  const { merchant, id, amountCents, feeCents } = payment;
  const TableName = setting("TOTALS_TABLE");
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: { merchant, entry: `PAYMENT#${id}`, amountCents },
              ConditionExpression: "attribute_not_exists(merchant)",
            },
          },
          {
            Update: {
              TableName,
              Key: { merchant, entry: "TOTALS" },
              UpdateExpression: "ADD payments :one, amountCents :amount, feeCents :fee",
              ExpressionAttributeValues: { ":one": 1, ":amount": amountCents, ":fee": feeCents },
            },
          },
        ],
      }),
    );
  } catch (error) {
    if ((error as Error).name !== "TransactionCanceledException") {
      throw error;
    }
    logger.info("entry known", { id });
  }
}
