import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  paginateDescribeScalableTargets,
  RegisterScalableTargetCommand,
  ValidationException,
} from "@aws-sdk/client-application-auto-scaling";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { pagesOf, startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new ApplicationAutoScalingClient(engine.config);
const dynamoDb = new DynamoDBClient(engine.config);

await dynamoDb.send(
  new CreateTableCommand({
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  }),
);

const target = (unit: "Read" | "Write") =>
  ({
    ServiceNamespace: "dynamodb",
    ResourceId: "table/orders",
    ScalableDimension: `dynamodb:table:${unit}CapacityUnits`,
  }) as const;

test("targets: are registered, paged and tagged", async () => {
  for (const unit of ["Read", "Write"] as const) {
    await client.send(
      new RegisterScalableTargetCommand({
        ...target(unit),
        MinCapacity: 5,
        MaxCapacity: 10,
        Tags: { unit },
      }),
    );
  }
  const pages = await pagesOf(
    paginateDescribeScalableTargets({ client, pageSize: 1 }, { ServiceNamespace: "dynamodb" }),
  );
  const targets = pages.flatMap(({ ScalableTargets = [] }) => ScalableTargets);
  expect(targets).toMatchObject([target("Read"), target("Write")]);
  expect(targets[0]?.CreationTime).toBeInstanceOf(Date);
  const ResourceARN = targets[0]?.ScalableTargetARN;
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(Tags).toEqual({ unit: "Read" });
});

test("policies and actions: are put, and refused with the SDK's errors", async () => {
  const { PolicyARN } = await client.send(
    new PutScalingPolicyCommand({
      ...target("Read"),
      PolicyName: "reads",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70.5,
        PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
      },
    }),
  );
  expect(PolicyARN).toContain(":policyName/reads");
  const StartTime = new Date("2030-01-01T00:00:00Z");
  await client.send(
    new PutScheduledActionCommand({
      ...target("Read"),
      ScheduledActionName: "morning",
      Schedule: "cron(0 8 * * ? *)",
      Timezone: "Europe/Berlin",
      StartTime,
      ScalableTargetAction: { MinCapacity: 7 },
    }),
  );
  const { ScheduledActions } = await client.send(
    new DescribeScheduledActionsCommand({ ServiceNamespace: "dynamodb" }),
  );
  expect(ScheduledActions).toMatchObject([{ ScheduledActionName: "morning", StartTime }]);
  const nowhere = { ...target("Read"), PolicyName: "nowhere" };
  await expect(client.send(new DeleteScalingPolicyCommand(nowhere))).rejects.toThrow(
    ObjectNotFoundException,
  );
  await expect(
    client.send(
      new RegisterScalableTargetCommand({ ...target("Read"), MinCapacity: 9, MaxCapacity: 2 }),
    ),
  ).rejects.toThrow(ValidationException);
  await client.send(new DeregisterScalableTargetCommand(target("Read")));
  const after = await client.send(
    new DescribeScheduledActionsCommand({ ServiceNamespace: "dynamodb" }),
  );
  expect(after.ScheduledActions).toEqual([]);
});
