import { describe, expect, test } from "vitest";
import { createSqsFixture } from "../../testing/sqs-fixture.ts";

describe("send", () => {
  test("send: answers the digests of body, attributes and system attributes", async () => {
    const { call, queue, receive } = createSqsFixture();
    const QueueUrl = await queue("orders");
    const answer = await call("SendMessage", {
      QueueUrl,
      MessageBody: "hello",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "value" },
        "count.int": { DataType: "Number.int", StringValue: "-1.5e3" },
        raw: { DataType: "Binary.gif", BinaryValue: new Uint8Array([0, 1, 255]) },
      },
      MessageSystemAttributes: {
        AWSTraceHeader: {
          DataType: "String",
          StringValue: "Root=1-5e3d83c1-e6a0db584850d61342823d4c",
        },
      },
      MessageGroupId: "tenant-1",
    });
    expect(answer).toMatchObject({
      MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592",
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      MD5OfMessageSystemAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const [message] = await receive(QueueUrl);
    expect(message).toMatchObject({
      MessageId: answer.MessageId,
      MD5OfMessageAttributes: answer.MD5OfMessageAttributes,
      MessageAttributes: {
        "count.int": { DataType: "Number.int", StringValue: "-1.5e3" },
        raw: { DataType: "Binary.gif", BinaryValue: Buffer.from([0, 1, 255]) },
      },
      Attributes: {
        SenderId: "000000000000",
        SentTimestamp: String(Date.UTC(2026, 0, 1)),
        ApproximateReceiveCount: "1",
        ApproximateFirstReceiveTimestamp: String(Date.UTC(2026, 0, 1)),
        AWSTraceHeader: "Root=1-5e3d83c1-e6a0db584850d61342823d4c",
        MessageGroupId: "tenant-1",
      },
    });
  });

  test.each([
    ["no body", { MessageBody: "" }, "MissingParameter", "parameter MessageBody."],
    [
      "a control character",
      { MessageBody: "a\u0007" },
      "InvalidMessageContents",
      "Invalid binary character '#x7' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
    ],
    ["half a surrogate pair", { MessageBody: "\ud800" }, "InvalidMessageContents", "'#xD800'"],
    [
      "a long body",
      { MessageBody: "é".repeat(524_289) },
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ],
    [
      "a long delay",
      { DelaySeconds: 901 },
      "InvalidParameterValue",
      "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    ],
    [
      "a deduplication id",
      { MessageDeduplicationId: "d" },
      "InvalidParameterValue",
      "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    ],
    [
      "a group id with a space",
      { MessageGroupId: "a b" },
      "InvalidParameterValue",
      "MessageGroupId",
    ],
    [
      "an unknown attribute type",
      { MessageAttributes: { a: { DataType: "Text", StringValue: "x" } } },
      "InvalidParameterValue",
      "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      "an empty attribute",
      { MessageAttributes: { a: { DataType: "String", StringValue: "" } } },
      "InvalidParameterValue",
      "must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      "a number that is none",
      { MessageAttributes: { a: { DataType: "Number", StringValue: "1x" } } },
      "InvalidParameterValue",
      "Can't cast the value of message attribute 'a' to a number.",
    ],
    [
      "a reserved attribute name",
      { MessageAttributes: { "AWS.a": { DataType: "String", StringValue: "x" } } },
      "InvalidParameterValue",
      "reserved for internal use.",
    ],
    [
      "too many attributes",
      {
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, at) => [
            `a${at}`,
            { DataType: "String", StringValue: "x" },
          ]),
        ),
      },
      "InvalidParameterValue",
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    ],
    [
      "an unknown system attribute",
      { MessageSystemAttributes: { a: { DataType: "String", StringValue: "x" } } },
      "InvalidParameterValue",
      "AWSTraceHeader",
    ],
  ])("send: refuses %s and stores nothing", async (_, request, code, message) => {
    const { bodies, call, queue } = createSqsFixture();
    const QueueUrl = await queue("orders");
    await expect(
      call("SendMessage", { QueueUrl, MessageBody: "x", ...request }),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await bodies(QueueUrl)).toEqual([]);
  });

  test("send: attributes count towards the queue's own limit", async () => {
    const { call, queue } = createSqsFixture();
    const QueueUrl = await queue("small", { MaximumMessageSize: "1024" });
    const send = (length: number) =>
      call("SendMessage", {
        QueueUrl,
        MessageBody: "x".repeat(length),
        MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
      });
    await send(1016);
    await expect(send(1017)).rejects.toMatchObject({
      message: expect.stringContaining("Message must be shorter than 1024 bytes."),
    });
  });

  test("send: a long message is received whole, again and again, and leaves nothing", async () => {
    const { call, queue, receive, store } = createSqsFixture();
    const QueueUrl = await queue("orders");
    const MessageBody = "ü".repeat(100_000);
    await call("SendMessage", { QueueUrl, MessageBody });
    const [first] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    const [second] = await receive(QueueUrl);
    expect([first?.Body, second?.Body]).toEqual([MessageBody, MessageBody]);
    await call("DeleteMessage", { QueueUrl, ReceiptHandle: second?.ReceiptHandle ?? "" });
    for (const kind of ["message", "content", "moved"]) {
      expect(await store.read((tx) => [...tx.range({ prefix: ["sqs", kind] })])).toEqual([]);
    }
  });

  test("batch: entries fail alone, the batch as a whole only by its own rules", async () => {
    const { bodies, call, queue } = createSqsFixture();
    const QueueUrl = await queue("orders");
    const answer = await call("SendMessageBatch", {
      QueueUrl,
      Entries: [
        { Id: "good", MessageBody: "a" },
        { Id: "bad", MessageBody: "\u0001" },
        { Id: "late", MessageBody: "b", DelaySeconds: 1000 },
        { Id: "fifo", MessageBody: "b", MessageDeduplicationId: "x" },
      ],
    });
    expect(answer.Successful.map((entry) => entry.Id)).toEqual(["good"]);
    expect(answer.Failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ["bad", "InvalidMessageContents", true],
      ["late", "InvalidParameterValue", true],
      ["fifo", "InvalidParameterValue", true],
    ]);
    expect(await bodies(QueueUrl)).toEqual(["a"]);
  });

  test.each([
    [
      "EmptyBatchRequest",
      [],
      "There should be at least one SendMessageBatchRequestEntry in the request.",
    ],
    [
      "TooManyEntriesInBatchRequest",
      Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, MessageBody: "x" })),
      "Maximum number of entries per request are 10. You have sent 11.",
    ],
    [
      "BatchEntryIdsNotDistinct",
      [
        { Id: "a", MessageBody: "x" },
        { Id: "a", MessageBody: "x" },
      ],
      "Id a repeated.",
    ],
    ["InvalidBatchEntryId", [{ Id: "a b", MessageBody: "x" }], "A batch entry id can only contain"],
    [
      "BatchRequestTooLong",
      [
        { Id: "a", MessageBody: "x".repeat(1_048_576) },
        { Id: "b", MessageBody: "x" },
      ],
      "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    ],
  ])("batch: %s", async (code, Entries, message) => {
    const { bodies, call, queue } = createSqsFixture();
    const QueueUrl = await queue("orders");
    await expect(call("SendMessageBatch", { QueueUrl, Entries })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await bodies(QueueUrl)).toEqual([]);
  });
});
