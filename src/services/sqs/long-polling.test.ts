import { expect, test } from "vitest";
import { createSqsFixture, type Received, type SqsFixture } from "../../testing/sqs-fixture.ts";

interface Poll {
  answer: readonly Received[] | undefined;
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

function poll(fixture: SqsFixture, QueueUrl: string, WaitTimeSeconds = 20): Poll {
  const abort = new AbortController();
  const call = fixture.call(
    "ReceiveMessage",
    { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 },
    { abort: abort.signal },
  );
  const poll: Poll = {
    answer: undefined,
    abort,
    done: call.then(({ Messages }) => {
      poll.answer = Messages ?? [];
    }),
  };
  return poll;
}

function bodies(polls: readonly Poll[]): readonly (readonly (string | undefined)[] | undefined)[] {
  return polls.map((poll) => poll.answer?.map((message) => message.Body));
}

test("long poll: is answered by a message that is sent meanwhile", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  const waiting = poll(fixture, url);
  await fixture.clock.advance(5000);
  expect(waiting.answer).toBeUndefined();
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "a" });
  await waiting.done;
  expect(bodies([waiting])).toEqual([["a"]]);
});

test("long poll: ends empty at its deadline, by the request or by the queue", async () => {
  const fixture = createSqsFixture();
  const [url, patient] = [
    await fixture.queue("q"),
    await fixture.queue("p", { ReceiveMessageWaitTimeSeconds: "7" }),
  ];
  const own = poll(fixture, url, 3);
  const byQueue = fixture.call("ReceiveMessage", { QueueUrl: patient });
  await fixture.clock.advance(3000);
  expect(own.answer).toEqual([]);
  await fixture.clock.advance(3999);
  let isDone = false;
  void byQueue.then(() => {
    isDone = true;
  });
  await fixture.clock.advance(0);
  expect(isDone).toBe(false);
  await fixture.clock.advance(1);
  expect(await byQueue).toEqual({});
});

test("long poll: wakes when a hidden or delayed message becomes visible", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "hidden" });
  await fixture.receive(url, { VisibilityTimeout: 4 });
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "late", DelaySeconds: 2 });
  const polls = [poll(fixture, url), poll(fixture, url)];
  await fixture.clock.advance(2000);
  expect(bodies(polls)).toEqual([["late"], undefined]);
  await fixture.clock.advance(2000);
  expect(bodies(polls)).toEqual([["late"], ["hidden"]]);
});

test("long poll: wakes when a change of visibility shows a message sooner", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "a" });
  const [taken] = await fixture.receive(url);
  const waiting = poll(fixture, url);
  await fixture.clock.advance(1000);
  await fixture.call("ChangeMessageVisibility", {
    QueueUrl: url,
    ReceiptHandle: taken?.ReceiptHandle ?? "",
    VisibilityTimeout: 0,
  });
  await waiting.done;
  expect(bodies([waiting])).toEqual([["a"]]);
});

test("long poll: one message answers one of many, the first in line, and wakes no others", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  const polls = Array.from({ length: 50 }, () => poll(fixture, url));
  await fixture.clock.advance(1000);
  let attempts = 0;
  const write = fixture.store.write;
  fixture.store.write = (body) => {
    attempts += 1;
    return write(body);
  };
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "a" });
  await fixture.clock.advance(0);
  expect(bodies(polls).filter((answer) => answer !== undefined)).toEqual([["a"]]);
  expect(polls[0]?.answer).toBeDefined();
  expect(attempts).toBe(2);
});

test("long poll: a batch is passed down the line until nothing is left", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  const one = (): Promise<readonly Received[]> =>
    fixture.receive(url, { MaxNumberOfMessages: 1, WaitTimeSeconds: 20 });
  const polls = [one(), one(), one()];
  await fixture.clock.advance(1000);
  await fixture.call("SendMessageBatch", {
    QueueUrl: url,
    Entries: ["a", "b", "c"].map((MessageBody) => ({ Id: MessageBody, MessageBody })),
  });
  const answers = await Promise.all(polls);
  expect(answers.flat().map((message) => message.Body)).toEqual(["a", "b", "c"]);
});

test("long poll: a client that has gone away takes nothing, and the next in line is served", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  const [gone, next] = [poll(fixture, url), poll(fixture, url)];
  await fixture.clock.advance(1000);
  const sending = fixture.call("SendMessage", { QueueUrl: url, MessageBody: "a" });
  gone.abort.abort();
  await sending;
  await next.done;
  expect(bodies([gone, next])).toEqual([[], ["a"]]);
});

test("long poll: a receive that hides what others wait for tells them when it shows again", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q", { DelaySeconds: "1" });
  const waiting = poll(fixture, url);
  await fixture.clock.advance(10);
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "a", DelaySeconds: 0 });
  await waiting.done;
  const second = poll(fixture, url);
  await fixture.clock.advance(19_000);
  expect(second.answer).toBeUndefined();
  await fixture.clock.advance(1000);
  expect(bodies([second])).toEqual([[]]);
  const third = poll(fixture, url);
  await fixture.clock.advance(9_990);
  await fixture.clock.advance(10);
  expect(bodies([third])).toEqual([["a"]]);
});
