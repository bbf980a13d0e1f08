import { describe, expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";

async function sent(fixture: SqsFixture, ...bodies: string[]): Promise<string> {
  const QueueUrl = await fixture.queue("orders");
  for (const MessageBody of bodies) {
    await fixture.call("SendMessage", { QueueUrl, MessageBody });
  }
  return QueueUrl;
}

describe("delete and change visibility", () => {
  test("delete: by the last handle, also after the visibility timeout", async () => {
    const fixture = createSqsFixture();
    const { bodies, call, clock, receive } = fixture;
    const url = await sent(fixture, "a", "b");
    const [a, b] = await receive(url);
    const remove = (ReceiptHandle = "") => call("DeleteMessage", { QueueUrl: url, ReceiptHandle });
    await remove(a?.ReceiptHandle);
    await remove(a?.ReceiptHandle);
    await clock.advance(40_000);
    await remove(b?.ReceiptHandle);
    expect(await bodies(url)).toEqual([]);
  });

  test("delete: a handle of an earlier receive succeeds and deletes nothing", async () => {
    const fixture = createSqsFixture();
    const { bodies, call, clock, receive } = fixture;
    const url = await sent(fixture, "a");
    const [first] = await receive(url, { VisibilityTimeout: 1 });
    await clock.advance(1000);
    await receive(url, { VisibilityTimeout: 1 });
    await call("DeleteMessage", { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle ?? "" });
    await clock.advance(1000);
    expect(await bodies(url)).toEqual(["a"]);
  });

  test("delete: refuses what is no handle of this queue", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, "a");
    const other = await fixture.queue("other");
    const [message] = await fixture.receive(url);
    const handle = message?.ReceiptHandle ?? "";
    for (const [QueueUrl, ReceiptHandle] of [
      [url, "nonsense"],
      [url, ""],
      [other, handle],
    ] as const) {
      await expect(
        fixture.call("DeleteMessage", { QueueUrl, ReceiptHandle }),
      ).rejects.toMatchObject({
        code: "ReceiptHandleIsInvalid",
        message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
      });
    }
  });

  test("delete batch: entries fail alone", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, "a");
    const [message] = await fixture.receive(url);
    const answer = await fixture.call("DeleteMessageBatch", {
      QueueUrl: url,
      Entries: [
        { Id: "1", ReceiptHandle: message?.ReceiptHandle ?? "" },
        { Id: "2", ReceiptHandle: "nonsense" },
      ],
    });
    expect(answer.Successful).toEqual([{ Id: "1" }]);
    expect(answer.Failed).toMatchObject([{ Id: "2", Code: "ReceiptHandleIsInvalid" }]);
  });

  test("visibility: can be shortened and prolonged, and the handle stays good", async () => {
    const fixture = createSqsFixture();
    const { bodies, call, clock, receive } = fixture;
    const url = await sent(fixture, "a");
    const [message] = await receive(url);
    const ReceiptHandle = message?.ReceiptHandle ?? "";
    const change = (VisibilityTimeout: number) =>
      call("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout });
    await change(100);
    await clock.advance(50_000);
    expect(await bodies(url)).toEqual([]);
    await change(10);
    await clock.advance(10_000);
    await expect(change(10)).rejects.toMatchObject({ code: "MessageNotInflight" });
    await call("DeleteMessage", { QueueUrl: url, ReceiptHandle });
    await expect(change(10)).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    });
    expect(await bodies(url)).toEqual([]);
  });

  test("visibility: twelve hours in all, from the receive on", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, "a");
    const [message] = await fixture.receive(url);
    await fixture.clock.advance(1000);
    const change = (VisibilityTimeout: number) =>
      fixture.call("ChangeMessageVisibility", {
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle ?? "",
        VisibilityTimeout,
      });
    await expect(change(43_200)).rejects.toMatchObject({
      message:
        "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    });
    await expect(change(43_201)).rejects.toMatchObject({ code: "InvalidParameterValue" });
    await change(43_199);
  });

  test("visibility batch: entries fail alone", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, "a");
    const [message] = await fixture.receive(url);
    const ReceiptHandle = message?.ReceiptHandle ?? "";
    const answer = await fixture.call("ChangeMessageVisibilityBatch", {
      QueueUrl: url,
      Entries: [
        { Id: "1", ReceiptHandle, VisibilityTimeout: 0 },
        { Id: "2", ReceiptHandle, VisibilityTimeout: 5 },
        { Id: "3", ReceiptHandle },
      ],
    });
    expect(answer.Successful).toEqual([{ Id: "1" }]);
    expect(answer.Failed.map(({ Id, Code }) => [Id, Code])).toEqual([
      ["2", "MessageNotInflight"],
      ["3", "MissingParameter"],
    ]);
    expect(await fixture.bodies(url)).toEqual(["a"]);
  });
});
