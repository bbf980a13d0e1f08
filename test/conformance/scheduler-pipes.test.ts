import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreatePipeCommand,
  DeletePipeCommand,
  DescribePipeCommand,
  NotFoundException,
  ConflictException as PipeConflict,
  ValidationException as PipeInvalid,
  PipesClient,
  paginateListPipes,
} from "@aws-sdk/client-pipes";
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  SchedulerClient,
  ValidationException,
} from "@aws-sdk/client-scheduler";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const scheduler = new SchedulerClient(engine.config);
const pipes = new PipesClient(engine.config);
const sqs = new SQSClient(engine.config);
const dynamodb = new DynamoDBClient(engine.config);
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/any`;
const arnOf = (queue: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;

async function bodies(QueueName: string): Promise<readonly string[]> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
  );
  return Messages.map(({ Body = "" }) => Body);
}

function schedule(Name: string, more: Partial<CreateScheduleCommandInput> = {}): Promise<object> {
  return scheduler.send(
    new CreateScheduleCommand({
      Name,
      ScheduleExpression: "cron(0 9 * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: arnOf("ticks"), RoleArn, Input: "tick" },
      ...more,
    }),
  );
}

beforeAll(async () => {
  for (const QueueName of ["ticks", "source", "target"]) {
    await sqs.send(new CreateQueueCommand({ QueueName }));
  }
});

test("a schedule is kept with its dates, and its group with its tags", async () => {
  const Tags = [{ Key: "a", Value: "1" }];
  const { ScheduleGroupArn: ResourceArn } = await scheduler.send(
    new CreateScheduleGroupCommand({ Name: "shop", Tags }),
  );
  const StartDate = new Date("2030-01-01T00:00:00Z");
  await schedule("kept", { GroupName: "shop", StartDate });
  const kept = await scheduler.send(new GetScheduleCommand({ Name: "kept", GroupName: "shop" }));
  expect(kept.StartDate).toEqual(StartDate);
  expect(kept.CreationDate).toBeInstanceOf(Date);
  const tagged = await scheduler.send(new ListTagsForResourceCommand({ ResourceArn }));
  expect(tagged.Tags).toEqual(Tags);
});

test("a schedule fires", async () => {
  await schedule("once", { ScheduleExpression: "at(2020-01-01T00:00:00)" });
  expect(await bodies("ticks")).toEqual(["tick"]);
});

test("a universal target fires", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "universal" }));
  await schedule("universal", {
    ScheduleExpression: "at(2020-01-01T00:00:00)",
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
      RoleArn,
      Input: JSON.stringify({ QueueUrl, MessageBody: "<aws.scheduler.attempt-number>" }),
    },
  });
  expect(await bodies("universal")).toEqual(["1"]);
});

test("schedules are listed in pages", async () => {
  for (const name of ["a", "b", "c"]) {
    await schedule(`page-${name}`);
  }
  const input = { NamePrefix: "page-", MaxResults: 2 };
  const pages = await pagesOf(paginateListSchedules({ client: scheduler, pageSize: 2 }, input));
  expect(pages.flatMap(({ Schedules = [] }) => Schedules.map(({ Name }) => Name))).toEqual([
    "page-a",
    "page-b",
    "page-c",
  ]);
});

test("the scheduler's errors are those of the SDK", async () => {
  await schedule("taken");
  await expect(schedule("taken")).rejects.toThrow(ConflictException);
  await expect(schedule("bad", { ScheduleExpression: "every day" })).rejects.toThrow(
    ValidationException,
  );
  await expect(scheduler.send(new GetScheduleCommand({ Name: "none" }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test("a pipe brings changes of a table to a queue", async () => {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  await pipes.send(
    new CreatePipeCommand({
      Name: "changes",
      Source: TableDescription?.LatestStreamArn,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: "TRIM_HORIZON" } },
      Target: arnOf("target"),
      TargetParameters: { InputTemplate: '{"id": <$.dynamodb.NewImage.id.S>}' },
      RoleArn,
    }),
  );
  const Item = { id: { S: "1" } };
  await dynamodb.send(new PutItemCommand({ TableName: "orders", Item }));
  expect(await bodies("target")).toEqual(['{"id": "1"}']);
});

test("pipes are described, listed and removed", async () => {
  const input = { Name: "plain", Source: arnOf("source"), Target: arnOf("target"), RoleArn };
  const created = await pipes.send(new CreatePipeCommand(input));
  expect(created.CreationTime).toBeInstanceOf(Date);
  await expect(pipes.send(new CreatePipeCommand(input))).rejects.toThrow(PipeConflict);
  const described = await pipes.send(new DescribePipeCommand({ Name: "plain" }));
  expect(described.SourceParameters?.SqsQueueParameters?.BatchSize).toBe(10);
  const pages = await pagesOf(paginateListPipes({ client: pipes }, { NamePrefix: "pl" }));
  expect(pages.flatMap(({ Pipes = [] }) => Pipes.map(({ Name }) => Name))).toEqual(["plain"]);
  await pipes.send(new DeletePipeCommand({ Name: "plain" }));
  await expect(pipes.send(new DeletePipeCommand({ Name: "none" }))).rejects.toThrow(
    NotFoundException,
  );
  const wrong = { ...input, Source: input.Source.replace(REGION, "us-west-2") };
  await expect(pipes.send(new CreatePipeCommand(wrong))).rejects.toThrow(PipeInvalid);
});
