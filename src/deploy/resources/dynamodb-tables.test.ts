/** Tables with streams, recovery and replicas, made, changed and removed by templates. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

const KEYS = {
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};

const template = (Type: string, properties: object, Outputs: object = {}): string =>
  JSON.stringify({
    Resources: { Table: { Type, Properties: { TableName: "things", ...KEYS, ...properties } } },
    Outputs,
  });

async function deploy(operation: "CreateStack" | "UpdateStack", TemplateBody: string) {
  await cloud.call("cloudformation", operation, { StackName: "app", TemplateBody });
  return cloud.settled("app");
}

const table = async () =>
  (await cloud.call("dynamodb", "DescribeTable", { TableName: "things" })).Table;
const recovery = async () =>
  (await cloud.call("dynamodb", "DescribeContinuousBackups", { TableName: "things" }))
    .ContinuousBackupsDescription?.PointInTimeRecoveryDescription;

test("table: its stream and recovery are made, changed and taken away", async () => {
  const type = "AWS::DynamoDB::Table";
  const Outputs = { Stream: { Value: { "Fn::GetAtt": ["Table", "StreamArn"] } } };
  const one = template(
    type,
    {
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 7,
      },
    },
    Outputs,
  );
  const made = await deploy("CreateStack", one);
  const first = (await table())?.LatestStreamArn;
  expect([made.status, made.outputs["Stream"]]).toEqual(["CREATE_COMPLETE", first]);
  expect((await recovery())?.RecoveryPeriodInDays).toBe(7);
  const two = template(
    type,
    {
      StreamSpecification: { StreamViewType: "KEYS_ONLY" },
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 9,
      },
    },
    Outputs,
  );
  const changed = await deploy("UpdateStack", two);
  expect(changed.failures).toEqual([]);
  expect(await table()).toMatchObject({
    StreamSpecification: { StreamViewType: "KEYS_ONLY" },
    LatestStreamArn: changed.outputs["Stream"],
  });
  expect(changed.outputs["Stream"]).not.toBe(first);
  expect((await recovery())?.RecoveryPeriodInDays).toBe(9);
  await deploy("UpdateStack", template(type, {}));
  expect((await table())?.StreamSpecification).toBeUndefined();
  expect(await recovery()).toEqual({ PointInTimeRecoveryStatus: "DISABLED" });
});

test("global table: replicas come, change and go", async () => {
  const type = "AWS::DynamoDB::GlobalTable";
  const replicas = (...Replicas: readonly object[]): string =>
    template(type, { StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" }, Replicas });
  const made = await deploy(
    "CreateStack",
    replicas({ Region: "us-east-1" }, { Region: "eu-west-1", DeletionProtectionEnabled: true }),
  );
  expect(made.failures).toEqual([]);
  const regions = async () => (await table())?.Replicas?.map(({ RegionName }) => RegionName);
  expect(await regions()).toEqual(["eu-west-1"]);
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  const changed = await deploy(
    "UpdateStack",
    replicas({ Region: "us-east-1", PointInTimeRecoverySpecification }, { Region: "us-west-2" }),
  );
  expect(changed.failures).toEqual([]);
  expect(await regions()).toEqual(["us-west-2"]);
  expect((await recovery())?.PointInTimeRecoveryStatus).toBe("ENABLED");
  await cloud.call("cloudformation", "DeleteStack", { StackName: "app" });
  await expect(
    (async () => {
      for (let turn = 0; turn < 200; turn += 1) {
        await table();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    })(),
  ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("global table: needs a replica in the stack's own region", async () => {
  const Replicas = [{ Region: "eu-west-1" }];
  const stack = await deploy("CreateStack", template("AWS::DynamoDB::GlobalTable", { Replicas }));
  expect(stack.failures.join()).toContain("own region");
});
