import { describe, expect, test } from "vitest";
import { createSnsFixture, type SnsFixture } from "../../testing/sns-fixture.ts";
import { letters } from "./keys.ts";
import type { Letter, LetterQuery } from "./letter.ts";
import { postLetter } from "./letter.ts";
import { LETTERS_MAX } from "./limits.ts";

const ADDRESS = "a@example.com";
const PHONE = "+14155550100";
const PLACE = { region: "us-east-1", accountId: "000000000000" };

const read = ({ sns }: SnsFixture, query: Partial<LetterQuery> = {}): Promise<readonly Letter[]> =>
  sns.mailbox.read({ limit: 100, ...query });

async function subscribeAddress(
  fixture: SnsFixture,
  TopicArn: string,
  Protocol: "email" | "email-json",
): Promise<string> {
  await fixture.call("Subscribe", { TopicArn, Protocol, Endpoint: ADDRESS });
  const [letter] = await read(fixture, { protocol: Protocol });
  const Token = /Token=([0-9a-f]+)/.exec(letter?.body ?? "")?.[1] ?? "";
  const { SubscriptionArn } = await fixture.call("ConfirmSubscription", { TopicArn, Token });
  return SubscriptionArn ?? "";
}

describe("e-mail", () => {
  test("subscribe: an address confirms by the link in its mail, and gets messages then", async () => {
    const fixture = createSnsFixture();
    const { call, topic } = fixture;
    const TopicArn = await topic("orders", { DisplayName: "Orders" });
    const SubscriptionArn = await subscribeAddress(fixture, TopicArn, "email");
    await call("Publish", { TopicArn, Message: "hello", Subject: "Greeting" });
    await call("Publish", { TopicArn, Message: "plain" });
    const [asked, greeting, plain] = await read(fixture);
    expect(asked).toMatchObject({
      number: 1,
      type: "SubscriptionConfirmation",
      to: ADDRESS,
      from: "Orders <no-reply@sns.amazonaws.com>",
      subject: "AWS Notification - Subscription Confirmation",
      topicArn: TopicArn,
    });
    expect(greeting).toMatchObject({
      type: "Notification",
      subject: "Greeting",
      subscriptionArn: SubscriptionArn,
      body: expect.stringMatching(/^hello\n\n--\nIf you wish to stop receiving notifications/),
    });
    expect(plain?.subject).toBe("AWS Notification Message");
  });

  test("subscribe: email-json gets the document", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    await subscribeAddress(fixture, TopicArn, "email-json");
    const { MessageId } = await fixture.call("Publish", { TopicArn, Message: "hello" });
    const [asked, told] = (await read(fixture)).map(({ body }) => JSON.parse(body));
    expect(asked).toMatchObject({ Type: "SubscriptionConfirmation", TopicArn });
    expect(told).toMatchObject({ Type: "Notification", MessageId, Message: "hello" });
  });

  test("read: by protocol, address and number, the newest that fit", async () => {
    const fixture = createSnsFixture();
    const publish = (PhoneNumber: string, Message: string) =>
      fixture.call("Publish", { PhoneNumber, Message });
    await publish(PHONE, "1");
    await publish("+14155550101", "2");
    await publish(PHONE, "3");
    const bodies = async (query: Partial<LetterQuery>) =>
      (await read(fixture, query)).map(({ body }) => body);
    expect(await bodies({})).toEqual(["1", "2", "3"]);
    expect(await bodies({ address: PHONE })).toEqual(["1", "3"]);
    expect(await bodies({ after: 1 })).toEqual(["2", "3"]);
    expect(await bodies({ limit: 1 })).toEqual(["3"]);
    expect(await bodies({ protocol: "email" })).toEqual([]);
  });

  test("keep: the oldest letter goes when there are too many", async () => {
    const { sqs } = createSnsFixture();
    const letter = { ...PLACE, messageId: "m", to: PHONE, body: "x" };
    const post = () =>
      sqs.store.write((tx) => {
        for (let count = 0; count < LETTERS_MAX; count += 1) {
          postLetter(tx, { ...letter, protocol: "sms", type: "Notification" });
        }
      });
    await post();
    await sqs.store.write((tx) =>
      postLetter(tx, { ...letter, protocol: "sms", type: "Notification" }),
    );
    const numbers = await sqs.store.read((tx) =>
      [...letters.list(tx)].map(({ record }) => record.number),
    );
    expect([numbers[0], numbers.length]).toEqual([2, LETTERS_MAX]);
  });
});

describe("text messages", () => {
  test("publish: to a number, with the account's settings and the message's own", async () => {
    const fixture = createSnsFixture();
    const { call } = fixture;
    const settings = { DefaultSenderID: "Shop", DefaultSMSType: "Transactional" };
    await call("SetSMSAttributes", { attributes: settings });
    expect((await call("GetSMSAttributes", {})).attributes).toEqual(settings);
    expect((await call("GetSMSAttributes", { attributes: ["DefaultSMSType"] })).attributes).toEqual(
      { DefaultSMSType: "Transactional" },
    );
    const { MessageId } = await call("Publish", { PhoneNumber: PHONE, Message: "one" });
    await call("Publish", {
      PhoneNumber: PHONE,
      Message: '{"default":"d","sms":"two"}',
      MessageStructure: "json",
      MessageAttributes: {
        "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Promotional" },
        "AWS.SNS.SMS.SenderID": { DataType: "String", StringValue: "Other" },
      },
    });
    expect(await read(fixture)).toMatchObject([
      { messageId: MessageId, to: PHONE, body: "one", from: "Shop", smsType: "Transactional" },
      { body: "two", from: "Other", smsType: "Promotional" },
    ]);
  });

  test("settings: an empty text takes one away", async () => {
    const { call } = createSnsFixture();
    await call("SetSMSAttributes", { attributes: { DefaultSenderID: "Shop" } });
    const gone = { DefaultSenderID: "", DefaultSMSType: "", UsageReportS3Bucket: "" };
    await call("SetSMSAttributes", { attributes: gone });
    expect((await call("GetSMSAttributes", {})).attributes).toEqual({});
  });

  test("subscribe: a phone needs no confirmation, and reads the topic's display name", async () => {
    const fixture = createSnsFixture();
    const { call, topic } = fixture;
    const TopicArn = await topic("orders", { DisplayName: "Orders of the shop" });
    const answer = await call("Subscribe", { TopicArn, Protocol: "sms", Endpoint: PHONE });
    expect(answer.SubscriptionArn).toMatch(`${TopicArn}:`);
    await call("Publish", { TopicArn, Message: "hello" });
    expect(await read(fixture)).toMatchObject([
      { protocol: "sms", to: PHONE, body: "Orders of > hello", topicArn: TopicArn },
    ]);
  });

  test("opt out: a number that answers STOP gets nothing until it opts in", async () => {
    const fixture = createSnsFixture();
    const { call, sns } = fixture;
    const isOut = async () =>
      (await call("CheckIfPhoneNumberIsOptedOut", { phoneNumber: PHONE })).isOptedOut;
    expect(await sns.mailbox.reply(PLACE, { from: PHONE, text: "thanks" })).toBe(false);
    expect(await isOut()).toBe(false);
    expect(await sns.mailbox.reply(PLACE, { from: PHONE, text: " stop " })).toBe(true);
    expect(await isOut()).toBe(true);
    expect(await call("ListPhoneNumbersOptedOut", {})).toMatchObject({ phoneNumbers: [PHONE] });
    await call("Publish", { PhoneNumber: PHONE, Message: "unwanted" });
    expect(await read(fixture)).toEqual([]);
    await call("OptInPhoneNumber", { phoneNumber: PHONE });
    await call("Publish", { PhoneNumber: PHONE, Message: "wanted" });
    expect(await read(fixture)).toMatchObject([{ body: "wanted" }]);
  });

  test("status: goes to the log group of direct messages, when the account has a role", async () => {
    const fixture = createSnsFixture();
    const { call, logs, sns } = fixture;
    const DeliveryStatusIAMRole = "arn:aws:iam::000000000000:role/sms";
    await call("SetSMSAttributes", {
      attributes: { DeliveryStatusIAMRole, DeliveryStatusSuccessSamplingRate: "100" },
    });
    await call("Publish", { PhoneNumber: PHONE, Message: "x" });
    await sns.mailbox.reply(PLACE, { from: PHONE, text: "STOP" });
    await call("Publish", { PhoneNumber: PHONE, Message: "y" });
    const group = "sns/us-east-1/000000000000/DirectPublishToPhoneNumber";
    const statusOf = async (logGroupName: string) => {
      const { events } = await logs("FilterLogEvents", { logGroupName });
      return (events ?? []).map(({ message }) => JSON.parse(message ?? "").status);
    };
    expect(await statusOf(group)).toEqual(["SUCCESS"]);
    expect(await statusOf(`${group}/Failure`)).toEqual(["FAILURE"]);
  });

  test.each([
    [{ Colour: "red" }, "Colour is not a valid attribute", "InvalidParameter"],
    [{ DefaultSMSType: "Urgent" }, "DefaultSMSType Reason: Urgent", "InvalidParameter"],
    [{ UsageReportS3Bucket: "b" }, "usage reports", "NotImplemented"],
  ])("settings: refuses %j", async (attributes, message, code) => {
    const { call } = createSnsFixture();
    await expect(call("SetSMSAttributes", { attributes })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test("sandbox: a number is verified by the password it was sent", async () => {
    const fixture = createSnsFixture();
    const { call } = fixture;
    expect(await call("GetSMSSandboxAccountStatus", {})).toEqual({ IsInSandbox: false });
    const list = async () => (await call("ListSMSSandboxPhoneNumbers", {})).PhoneNumbers;
    const verify = (OneTimePassword: string) =>
      call("VerifySMSSandboxPhoneNumber", { PhoneNumber: PHONE, OneTimePassword });
    await call("CreateSMSSandboxPhoneNumber", { PhoneNumber: PHONE });
    expect(await list()).toEqual([{ PhoneNumber: PHONE, Status: "Pending" }]);
    const [letter] = await read(fixture);
    const password = /\d{6}/.exec(letter?.body ?? "")?.[0] ?? "";
    await expect(verify("wrong")).rejects.toMatchObject({ code: "VerificationException" });
    await verify(password);
    expect(await list()).toEqual([{ PhoneNumber: PHONE, Status: "Verified" }]);
    await call("DeleteSMSSandboxPhoneNumber", { PhoneNumber: PHONE });
    expect(await list()).toEqual([]);
    await expect(verify(password)).rejects.toMatchObject({ code: "ResourceNotFound" });
  });
});
