/** The resource types of Secrets Manager, and references to secrets, against the real services. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;
beforeEach(async () => {
  cloud = await createCloudFixture();
});
afterEach(() => cloud.stop());

async function deploy(operation: "CreateStack" | "UpdateStack", resources: object) {
  const TemplateBody = JSON.stringify({
    Resources: resources,
    Outputs: { Secret: { Value: { Ref: "Secret" } }, Id: { Value: { "Fn::GetAtt": "Secret.Id" } } },
  });
  await cloud.call("cloudformation", operation, {
    StackName: "shop",
    TemplateBody,
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  });
  return cloud.settled("shop");
}

function secret(properties: object) {
  return { Secret: { Type: "AWS::SecretsManager::Secret", Properties: properties } };
}

async function valueOfSecret(SecretId: string): Promise<string> {
  const { SecretString } = await cloud.call("secretsmanager", "GetSecretValue", { SecretId });
  return SecretString ?? "";
}

describe("secret", () => {
  test("a generated value stays until it is to be generated in another way", async () => {
    const generated = (PasswordLength: number) => ({
      SecretStringTemplate: '{"user": "admin"}',
      GenerateStringKey: "password",
      PasswordLength,
      ExcludePunctuation: true,
    });
    const made = await deploy(
      "CreateStack",
      secret({ Name: "db", GenerateSecretString: generated(20) }),
    );
    expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
    expect(made.outputs["Secret"]).toMatch(/^arn:aws:secretsmanager:.*:secret:db-[a-zA-Z0-9]{6}$/);
    expect(made.outputs["Id"]).toBe(made.outputs["Secret"]);
    const first = await valueOfSecret("db");
    expect(JSON.parse(first)).toEqual({
      user: "admin",
      password: expect.stringMatching(/^[a-zA-Z0-9]{20}$/),
    });
    await deploy(
      "UpdateStack",
      secret({ Name: "db", GenerateSecretString: generated(20), Description: "changed" }),
    );
    expect(await valueOfSecret("db")).toBe(first);
    await deploy("UpdateStack", secret({ Name: "db", GenerateSecretString: generated(30) }));
    expect(JSON.parse(await valueOfSecret("db")).password).toHaveLength(30);
    const { Description } = await cloud.call("secretsmanager", "DescribeSecret", {
      SecretId: "db",
    });
    expect(Description).toBeUndefined();
  });

  test("a given value changes in place; replicas come and go; all of it is deleted", async () => {
    const properties = (SecretString: string, regions: readonly string[], tag: string) =>
      secret({
        Name: "db",
        SecretString,
        KmsKeyId: "alias/mine",
        ReplicaRegions: regions.map((Region) => ({ Region })),
        Tags: [{ Key: "a", Value: tag }],
      });
    const seen = async () => {
      const described = await cloud.call("secretsmanager", "DescribeSecret", { SecretId: "db" });
      return [
        await valueOfSecret("db"),
        described.ReplicationStatus?.map(({ Region }) => Region),
        described.Tags,
        described.KmsKeyId,
      ];
    };
    const { outputs } = await deploy("CreateStack", properties("1", ["eu-west-1"], "one"));
    const tags = (Value: string) => [{ Key: "a", Value }];
    expect(await seen()).toEqual(["1", ["eu-west-1"], tags("one"), "alias/mine"]);
    const changed = await deploy("UpdateStack", properties("2", ["eu-south-1"], "two"));
    expect([changed.status, changed.outputs]).toEqual(["UPDATE_COMPLETE", outputs]);
    expect(await seen()).toEqual(["2", ["eu-south-1"], tags("two"), "alias/mine"]);
    await cloud.call("cloudformation", "DeleteStack", { StackName: "shop" });
    const again = await deploy("CreateStack", properties("3", [], "three"));
    expect([again.status, await seen()]).toEqual([
      "CREATE_COMPLETE",
      ["3", undefined, tags("three"), "alias/mine"],
    ]);
  });

  test.each([
    [
      { SecretString: "a", GenerateSecretString: {} },
      "You can't specify both GenerateSecretString and SecretString.",
    ],
    [
      { GenerateSecretString: { GenerateStringKey: "a" } },
      "You must specify both GenerateStringKey and SecretStringTemplate.",
    ],
    [
      { GenerateSecretString: { GenerateStringKey: "a", SecretStringTemplate: "x" } },
      "SecretStringTemplate is not a JSON object.",
    ],
    [
      { Type: "Salesforce" },
      "Millrace does not support property Type of AWS::SecretsManager::Secret",
    ],
  ])("refuses %j", async (properties, message) => {
    const attempt = deploy("CreateStack", secret(properties)).then(({ failures }) => {
      throw new Error(failures.join());
    });
    await expect(attempt).rejects.toThrow(message);
  });
});

describe("references to secrets", () => {
  const parameter = (Value: unknown) => ({
    Parameter: { Type: "AWS::SSM::Parameter", Properties: { Name: "p", Type: "String", Value } },
  });
  const reference = (rest: string) => ({
    "Fn::Sub": `{{resolve:secretsmanager:\${Secret}${rest}}}`,
  });
  const given = secret({ SecretString: '{"user": "admin", "port": 5432, "none": null}' });

  test.each([
    [":SecretString:user", "admin"],
    [":SecretString:port", "5432"],
    ["::user:AWSCURRENT", "admin"],
    ["", '{"user": "admin", "port": 5432, "none": null}'],
  ])("%s of a secret of the same stack", async (rest, value) => {
    const made = await deploy("CreateStack", { ...given, ...parameter(reference(rest)) });
    expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
    expect((await cloud.call("ssm", "GetParameter", { Name: "p" })).Parameter?.Value).toBe(value);
  });

  test.each([
    [":SecretString:none", "Could not find a value associated with JSONKey in SecretString"],
    [":SecretString:toString", "Could not find a value associated with JSONKey in SecretString"],
    [
      ":SecretString:user:AWSPREVIOUS",
      "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    ],
  ])("%s fails", async (rest, message) => {
    const { failures } = await deploy("CreateStack", { ...given, ...parameter(reference(rest)) });
    expect(failures.join()).toContain(message);
  });

  test("a resource can go when the secret that it names has gone", async () => {
    await cloud.call("secretsmanager", "CreateSecret", { Name: "outside", SecretString: "1" });
    const value = "{{resolve:secretsmanager:outside}}";
    const made = await deploy("CreateStack", { ...given, ...parameter(value) });
    expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
    await cloud.call("secretsmanager", "DeleteSecret", {
      SecretId: "outside",
      ForceDeleteWithoutRecovery: true,
    });
    const changed = await deploy("UpdateStack", { ...given, ...parameter("2") });
    expect([changed.status, ...changed.failures]).toEqual(["UPDATE_COMPLETE"]);
    await cloud.call("secretsmanager", "CreateSecret", { Name: "outside", SecretString: "1" });
    await deploy("UpdateStack", { ...given, ...parameter(value) });
    await cloud.call("secretsmanager", "DeleteSecret", {
      SecretId: "outside",
      ForceDeleteWithoutRecovery: true,
    });
    const gone = await deploy("UpdateStack", given);
    expect([gone.status, ...gone.failures]).toEqual(["UPDATE_COMPLETE"]);
    await expect(cloud.call("ssm", "GetParameter", { Name: "p" })).rejects.toMatchObject({
      code: "ParameterNotFound",
    });
  });
});

describe("rotation schedule", () => {
  const rotation = (more: object) => ({
    ...secret({ Name: "db", SecretString: "1" }),
    Rotate: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "rotate",
        Code: { ZipFile: "exports.handler = async () => 1;" },
        Role: "arn:aws:iam::000000000000:role/rotate",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
      },
    },
    Schedule: {
      Type: "AWS::SecretsManager::RotationSchedule",
      Properties: {
        SecretId: { Ref: "Secret" },
        RotationLambdaARN: { "Fn::GetAtt": ["Rotate", "Arn"] },
        RotationRules: { ScheduleExpression: "cron(0 16 1 * ? *)", Duration: "2h" },
        ...more,
      },
    },
  });

  test("switches rotation on, and off when it goes", async () => {
    const made = await deploy("CreateStack", rotation({ RotateImmediatelyOnUpdate: false }));
    expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
    const describeIt = () => cloud.call("secretsmanager", "DescribeSecret", { SecretId: "db" });
    expect(await describeIt()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: "arn:aws:lambda:us-east-1:000000000000:function:rotate",
      RotationRules: { ScheduleExpression: "cron(0 16 1 * ? *)", Duration: "2h" },
    });
    const { Schedule: _, ...rest } = rotation({});
    await deploy("UpdateStack", rest);
    expect((await describeIt()).RotationEnabled).toBe(false);
  });

  test.each(["HostedRotationLambda", "ExternalSecretRotationRoleArn"])(
    "refuses %s by name",
    async (name) => {
      const attempt = deploy("CreateStack", rotation({ [name]: {} })).then(({ failures }) => {
        throw new Error(failures.join());
      });
      await expect(attempt).rejects.toThrow(
        `Millrace does not support property ${name} of AWS::SecretsManager::RotationSchedule`,
      );
    },
  );
});
