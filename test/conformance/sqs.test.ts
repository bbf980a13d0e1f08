import {
  BatchEntryIdsNotDistinct,
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  PurgeQueueInProgress,
  paginateListQueues,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  ResourceNotFoundException,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const sqs = new SQSClient(engine.config);

async function createQueue(QueueName: string, Attributes = {}): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function receive(QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 5,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

test("messages: are sent, received with attributes and checksums, and deleted", async () => {
  const QueueUrl = await createQueue("messages");
  expect(QueueUrl).toBe(`${engine.endpoint}/${ACCOUNT}/messages`);
  const sent = await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "grüß dich \u{1f44b}",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "ä" },
        count: { DataType: "Number", StringValue: "7" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
      },
    }),
  );
  const [message] = await receive(QueueUrl);
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: "grüß dich \u{1f44b}",
    MD5OfBody: sent.MD5OfMessageBody,
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    Attributes: { ApproximateReceiveCount: "1", SenderId: expect.any(String) },
  });
  expect(message?.MessageAttributes?.["bytes"]?.BinaryValue).toEqual(Uint8Array.of(0, 255));
  const ReceiptHandle = message?.ReceiptHandle;
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  const [again] = await receive(QueueUrl);
  expect(again?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  expect(Attributes).toMatchObject({
    QueueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:messages`,
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    VisibilityTimeout: "30",
  });
});

test("batches: answer each entry by itself", async () => {
  const QueueUrl = await createQueue("batches");
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["a", "b", "c"]);
  const received = await receive(QueueUrl);
  const deleted = await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        ...received.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
        { Id: "bad", ReceiptHandle: "nonsense" },
      ],
    }),
  );
  expect(deleted.Successful).toHaveLength(received.length);
  expect(deleted.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);
  const send = (entries: typeof Entries) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
  await expect(send([])).rejects.toThrow(EmptyBatchRequest);
  await expect(send([...Entries, ...Entries])).rejects.toThrow(BatchEntryIdsNotDistinct);
});

test("FIFO queues: keep the order of a group and drop duplicates", async () => {
  const QueueUrl = await createQueue("orders.fifo", { FifoQueue: "true" });
  for (const MessageBody of ["1", "2", "2", "3"]) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageGroupId: "g",
        MessageDeduplicationId: MessageBody,
      }),
    );
  }
  const received = await receive(QueueUrl);
  expect(received.map(({ Body }) => Body)).toEqual(["1", "2", "3"]);
});

test("queues: have attributes, tags, redrive sources and pages", async () => {
  const QueueUrl = await createQueue("source");
  const deadLetters = await createQueue("dead-letters");
  const deadLetterTargetArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead-letters`;
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
      },
    }),
  );
  const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters }));
  expect(sources.queueUrls).toEqual([QueueUrl]);
  await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: "a", stage: "dev" } }));
  await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["stage"] }));
  expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: "a" });
  await Promise.all(["1", "2", "3"].map((name) => createQueue(`page-${name}`)));
  const pages = await pagesOf(
    paginateListQueues({ client: sqs, pageSize: 2 }, { QueueNamePrefix: "page-" }),
  );
  expect(pages.map(({ QueueUrls = [] }) => QueueUrls.length)).toEqual([2, 1]);
});

test("errors: are the classes of the SDK", async () => {
  const QueueUrl = await createQueue("errors", { DelaySeconds: "1" });
  await expect(createQueue("errors", { DelaySeconds: "2" })).rejects.toThrow(QueueNameExists);
  await expect(
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "nonsense" })),
  ).rejects.toThrow(ReceiptHandleIsInvalid);
  await expect(
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "901" } })),
  ).rejects.toMatchObject({ name: "InvalidAttributeValue" });
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toThrow(PurgeQueueInProgress);
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  const gone = sqs.send(new GetQueueUrlCommand({ QueueName: "errors" }));
  await expect(gone).rejects.toThrow(QueueDoesNotExist);
  await expect(gone).rejects.toThrow("The specified queue does not exist.");
});

test("message move tasks: start, list, cancel, and their errors", async () => {
  const arnOf = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  const dead = await createQueue("moves-dead");
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: arnOf("moves-dead"),
    maxReceiveCount: 1,
  });
  const source = await createQueue("moves", { RedrivePolicy, VisibilityTimeout: "0" });
  for (const MessageBody of ["a", "b"]) {
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody }));
  }
  await receive(source);
  await receive(source);
  const SourceArn = arnOf("moves-dead");
  const start = new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond: 1 });
  const { TaskHandle } = await sqs.send(start);
  const list = async () => (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results;
  expect(await list()).toMatchObject([{ Status: "RUNNING", TaskHandle, SourceArn }]);
  await expect(sqs.send(start)).rejects.toThrow("There is already a task running.");
  const cancelled = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBeLessThanOrEqual(1);
  expect((await list())?.[0]?.Status).toMatch(/^CANCELL(ING|ED)$/);
  await expect(
    sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf("missing") })),
  ).rejects.toThrow(ResourceNotFoundException);
  await sqs.send(new DeleteQueueCommand({ QueueUrl: dead }));
});
