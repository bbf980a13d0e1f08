/**
 * The event a function gets from a queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
import { parseArn } from "../base/arn.ts";
import { utf8Encode } from "../base/bytes.ts";
import type { Output } from "../wire/operations.ts";

export type SqsMessage = NonNullable<Output<"sqs", "ReceiveMessage">["Messages"]>[number];
type MessageAttributes = NonNullable<SqsMessage["MessageAttributes"]>;

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, object>>;
  readonly md5OfMessageAttributes?: string;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export function sqsRecord(message: SqsMessage, queueArn: string): SqsRecord {
  const { MD5OfMessageAttributes } = message;
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: message.Attributes ?? {},
    messageAttributes: recordAttributes(message.MessageAttributes ?? {}),
    ...(MD5OfMessageAttributes !== undefined && {
      md5OfMessageAttributes: MD5OfMessageAttributes,
    }),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: parseArn(queueArn)?.region ?? "",
  };
}

function recordAttributes(given: MessageAttributes): Readonly<Record<string, object>> {
  const attributes: Record<string, object> = {};
  for (const [name, { StringValue, BinaryValue, DataType }] of Object.entries(given)) {
    attributes[name] = {
      ...(StringValue !== undefined && { stringValue: StringValue }),
      ...(BinaryValue !== undefined && {
        binaryValue: Buffer.from(BinaryValue).toString("base64"),
      }),
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    };
  }
  return attributes;
}

/** Of an event: what a synchronous invocation takes. */
export const EVENT_BYTES_MAX: number = 6 * 1024 * 1024;
const AROUND_RECORDS_BYTES = Buffer.byteLength('{"Records":[]}');

export interface SqsBatch {
  readonly records: readonly SqsRecord[];
  readonly payload: Uint8Array;
}

/** The records in one batch, or in several when they are too large for one invocation. */
export function sqsBatches(records: readonly SqsRecord[]): readonly SqsBatch[] {
  const batches: SqsBatch[] = [];
  let held: SqsRecord[] = [];
  let texts: string[] = [];
  let sizeBytes = AROUND_RECORDS_BYTES;
  const close = (): void => {
    if (held.length > 0) {
      batches.push({ records: held, payload: utf8Encode(`{"Records":[${texts.join(",")}]}`) });
    }
    held = [];
    texts = [];
    sizeBytes = AROUND_RECORDS_BYTES;
  };
  for (const record of records) {
    const text = JSON.stringify(record);
    const recordBytes = Buffer.byteLength(text) + 1;
    if (sizeBytes + recordBytes > EVENT_BYTES_MAX) {
      close();
    }
    held.push(record);
    texts.push(text);
    sizeBytes += recordBytes;
  }
  close();
  return batches;
}
