import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamHandler } from "aws-lambda";
import type { Payment } from "./payment.js";
import { logger, setting, tracer } from "./tools.js";

const processor = new BatchProcessor(EventType.DynamoDBStreams);
const kinesis = tracer.captureAWSv3Client(new KinesisClient({}));
const sqs = tracer.captureAWSv3Client(new SQSClient({}));

/** The stream goes on from the first payment that was not booked. */
export const handler: DynamoDBStreamHandler = async (event, context) => {
  logger.addContext(context);
  return processPartialResponse(event, book, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
};

/** A payment that is booked twice leads to the same entry and the same receipt. */
async function book({ dynamodb }: DynamoDBRecord): Promise<void> {
  const image = (dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>;
  const payment = unmarshall(image) as Payment;
  if (payment.merchant === "BLOCKED") {
    logger.error("payment not booked", { id: payment.id });
    throw new Error(`Payment ${payment.id}: the merchant is blocked.`);
  }
  const text = JSON.stringify(payment);
  await kinesis.send(
    new PutRecordCommand({
      StreamName: setting("ENTRIES_STREAM"),
      PartitionKey: payment.merchant,
      Data: Buffer.from(text),
    }),
  );
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: setting("RECEIPTS_QUEUE_URL"),
      MessageBody: text,
      MessageGroupId: payment.merchant,
      MessageDeduplicationId: payment.id,
    }),
  );
  logger.info("payment booked", { id: payment.id });
}
