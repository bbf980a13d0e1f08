import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACCOUNT, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const events = new EventBridgeClient(engine.config);
const sqs = new SQSClient(engine.config);

async function openQueue(name: string) {
  const Arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  const statement = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" } };
  const Policy = JSON.stringify({
    Statement: [{ ...statement, Action: "sqs:SendMessage", Resource: Arn }],
  });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }),
  );
  return {
    Arn,
    async bodies() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
      );
      return Messages.map(({ Body = "" }) => JSON.parse(Body));
    },
  };
}

test("put events: reaches the targets of matching rules, whole, by path and transformed", async () => {
  const EventBusName = "shop";
  await events.send(new CreateEventBusCommand({ Name: EventBusName }));
  const EventPattern = JSON.stringify({
    source: [{ prefix: "shop." }],
    detail: { total: [{ numeric: [">=", 100] }] },
  });
  await events.send(new PutRuleCommand({ Name: "big", EventBusName, EventPattern }));
  const [whole, part, text] = await Promise.all(["whole", "part", "text"].map(openQueue));
  const InputTransformer = {
    InputPathsMap: { id: "$.detail.id" },
    InputTemplate: '{"order": <id>}',
  };
  const { FailedEntryCount } = await events.send(
    new PutTargetsCommand({
      Rule: "big",
      EventBusName,
      Targets: [
        { Id: "whole", Arn: whole?.Arn },
        { Id: "part", Arn: part?.Arn, InputPath: "$.detail" },
        { Id: "text", Arn: text?.Arn, InputTransformer },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(0);
  const entry = (id: string, total: number) => ({
    EventBusName,
    Source: "shop.orders",
    DetailType: "OrderCreated",
    Detail: JSON.stringify({ id, total }),
  });
  const put = await events.send(
    new PutEventsCommand({ Entries: [entry("a", 99), entry("b", 100), { Source: "shop" }] }),
  );
  expect(put.FailedEntryCount).toBe(1);
  expect(put.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    undefined,
    "InvalidArgument",
  ]);
  expect(await whole?.bodies()).toMatchObject([
    {
      version: "0",
      id: put.Entries?.[1]?.EventId,
      account: ACCOUNT,
      region: REGION,
      source: "shop.orders",
      "detail-type": "OrderCreated",
      detail: { id: "b", total: 100 },
    },
  ]);
  expect(await part?.bodies()).toEqual([{ id: "b", total: 100 }]);
  expect(await text?.bodies()).toEqual([{ order: "b" }]);
});

test("rules: are described, listed in pages, and deleted after their targets", async () => {
  const put = (Name: string) =>
    events.send(new PutRuleCommand({ Name, ScheduleExpression: "rate(1 day)" }));
  await Promise.all(["page-1", "page-2", "page-3"].map(put));
  const list = (NextToken?: string) =>
    events.send(new ListRulesCommand({ NamePrefix: "page-", Limit: 2, NextToken }));
  const first = await list();
  const second = await list(first.NextToken);
  expect([first, second].map(({ Rules = [] }) => Rules.length)).toEqual([2, 1]);
  expect(await events.send(new DescribeRuleCommand({ Name: "page-1" }))).toMatchObject({
    Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/page-1`,
    State: "ENABLED",
    ScheduleExpression: "rate(1 day)",
  });
  const target = { Id: "q", Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`, Input: "{}" };
  await events.send(new PutTargetsCommand({ Rule: "page-1", Targets: [target] }));
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: "page-1" }));
  expect(Targets).toEqual([target]);
  const remove = () => events.send(new DeleteRuleCommand({ Name: "page-1" }));
  await expect(remove()).rejects.toMatchObject({ name: "ValidationException" });
  await events.send(new RemoveTargetsCommand({ Rule: "page-1", Ids: ["q"] }));
  await remove();
  await expect(events.send(new DescribeRuleCommand({ Name: "page-1" }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test("test event pattern: says whether an event matches", async () => {
  const Event = JSON.stringify({
    id: "1",
    account: ACCOUNT,
    source: "a",
    time: "2026-01-01T00:00:00Z",
    region: REGION,
    resources: [],
    "detail-type": "t",
    detail: { size: 3 },
  });
  const matches = async (pattern: object) =>
    (
      await events.send(
        new TestEventPatternCommand({ Event, EventPattern: JSON.stringify(pattern) }),
      )
    ).Result;
  expect(await matches({ detail: { size: [{ numeric: ["<", 4] }] } })).toBe(true);
  expect(await matches({ source: [{ "anything-but": "a" }] })).toBe(false);
});

test("buses and errors: are the classes of the SDK", async () => {
  const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
  expect(EventBuses.map(({ Name }) => Name)).toContain("default");
  await events.send(new CreateEventBusCommand({ Name: "twice" }));
  await expect(events.send(new CreateEventBusCommand({ Name: "twice" }))).rejects.toThrow(
    ResourceAlreadyExistsException,
  );
  await events.send(new DeleteEventBusCommand({ Name: "twice" }));
  await expect(events.send(new DescribeEventBusCommand({ Name: "twice" }))).rejects.toThrow(
    ResourceNotFoundException,
  );
  await expect(
    events.send(new PutRuleCommand({ Name: "bad", EventPattern: '{"source": "a"}' })),
  ).rejects.toThrow(InvalidEventPatternException);
  await expect(
    events.send(new PutRuleCommand({ Name: "bad", ScheduleExpression: "rate(1 days)" })),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "Parameter ScheduleExpression is not valid.",
  });
});
