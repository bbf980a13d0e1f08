import { describe, expect, test } from "vitest";
import { createSecretsManagerFixture } from "../../testing/secretsmanager-fixture.ts";

const SecretId = "a";

function policy(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::000000000000:root" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        ...statement,
      },
    ],
  });
}

const PUBLIC = policy({ Principal: "*" });

async function fixture() {
  const made = createSecretsManagerFixture();
  await made.call("CreateSecret", { Name: "a", SecretString: "1" });
  return made;
}

describe("resource policies", () => {
  test("are kept, shown and removed", async () => {
    const { call } = await fixture();
    const kept = async () => (await call("GetResourcePolicy", { SecretId })).ResourcePolicy;
    expect(await kept()).toBeUndefined();
    await call("PutResourcePolicy", { SecretId, ResourcePolicy: PUBLIC });
    expect(await kept()).toBe(PUBLIC);
    await call("DeleteResourcePolicy", { SecretId });
    expect(await kept()).toBeUndefined();
  });

  test.each([
    ["everybody", { Principal: "*" }, false],
    ["every account", { Principal: { AWS: ["*"] } }, false],
    ["everybody but one", { Principal: undefined, NotPrincipal: { AWS: "1" } }, false],
    ["everybody is denied", { Principal: "*", Effect: "Deny" }, true],
    [
      "everybody of an organization",
      { Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
      true,
    ],
    [
      "everybody over TLS",
      { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
      false,
    ],
    ["one account", {}, true],
  ])("validate: %s", async (_, statement, passes) => {
    const { call } = await fixture();
    const ResourcePolicy = policy(statement);
    const result = await call("ValidateResourcePolicy", { SecretId, ResourcePolicy });
    expect([result.PolicyValidationPassed, result.ValidationErrors?.length]).toEqual([
      passes,
      passes ? 0 : 1,
    ]);
    const put = call("PutResourcePolicy", { SecretId, ResourcePolicy, BlockPublicPolicy: true });
    await (passes ? put : expect(put).rejects.toMatchObject({ code: "PublicPolicyException" }));
  });

  test.each([
    ["no JSON", "{", "This resource policy contains invalid Json."],
    ["no object", "[]", "This resource policy contains invalid Json."],
    ["no statement", "{}", "This resource policy contains a syntax error."],
    ["an effect", policy({ Effect: "May" }), "This resource policy contains a syntax error."],
    [
      "no principal",
      policy({ Principal: undefined }),
      "This resource policy contains an unsupported principal.",
    ],
  ])("put: refuses %s", async (_, ResourcePolicy, message) => {
    const { call } = await fixture();
    await expect(call("PutResourcePolicy", { SecretId, ResourcePolicy })).rejects.toMatchObject({
      code: "MalformedPolicyDocumentException",
      message,
    });
  });

  test("tags: are added, replaced and removed", async () => {
    const { call } = await fixture();
    const tags = async () => (await call("DescribeSecret", { SecretId })).Tags;
    await call("TagResource", { SecretId, Tags: [{ Key: "a", Value: "1" }, { Key: "b" }] });
    await call("TagResource", { SecretId, Tags: [{ Key: "a", Value: "2" }] });
    expect(await tags()).toEqual([
      { Key: "a", Value: "2" },
      { Key: "b", Value: "" },
    ]);
    await call("UntagResource", { SecretId, TagKeys: ["a", "b", "c"] });
    expect(await tags()).toBeUndefined();
  });
});
