import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import type { Payment } from "./payment.js";
import { logger, setting, table } from "./tools.js";

const processor = new SqsFifoPartialProcessorAsync();

/** After a receipt that failed, those behind it of the same merchant wait: their order is kept. */
export const handler: SQSHandler = async (event, context) => {
  logger.addContext(context);
  return processPartialResponse(event, write, processor, {
    context,
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });
};

async function write({ body, attributes }: SQSRecord): Promise<void> {
  const { merchant, id, amountCents } = JSON.parse(body) as Payment;
  const attempt = Number(attributes.ApproximateReceiveCount);
  if (merchant === "SHAKY" && amountCents === 100 && attempt === 1) {
    logger.error("receipt failed", { id });
    throw new Error(`The printer of ${merchant} is out of paper.`);
  }
  await table.send(
    new UpdateCommand({
      TableName: setting("TOTALS_TABLE"),
      Key: { merchant, entry: "RECEIPTS" },
      UpdateExpression: "SET receipts = list_append(if_not_exists(receipts, :none), :receipt)",
      ExpressionAttributeValues: { ":none": [], ":receipt": [amountCents] },
    }),
  );
  logger.info("receipt written", { id, attempt });
}
