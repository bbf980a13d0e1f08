import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteConflictException,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRoles,
  waitUntilRoleExists,
} from "@aws-sdk/client-iam";
import {
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { ACCOUNT, pagesOf, startEngine } from "./engine.ts";

const engine = await startEngine();
const sts = new STSClient(engine.config);
const iam = new IAMClient(engine.config);
const ssm = new SSMClient(engine.config);

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

test("STS: says who calls, and a role's credentials say the role", async () => {
  const caller = await sts.send(new GetCallerIdentityCommand({}));
  expect(caller).toMatchObject({ Account: ACCOUNT, Arn: expect.stringContaining("arn:aws:") });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/worker`;
  await iam.send(new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: TRUST }));
  const { Credentials, AssumedRoleUser } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }),
  );
  const assumed = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/test`;
  expect(AssumedRoleUser?.Arn).toBe(assumed);
  expect(Credentials?.Expiration).toBeInstanceOf(Date);
  const role = new STSClient({
    ...engine.config,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
  expect((await role.send(new GetCallerIdentityCommand({}))).Arn).toBe(assumed);
});

test("IAM: keeps roles with their policies", async () => {
  const RoleName = "reader";
  const create = () =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Path: "/app/" }));
  await create();
  await waitUntilRoleExists({ client: iam, maxWaitTime: 10 }, { RoleName });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  expect(Role?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:role/app/reader`);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(TRUST);
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
  });
  const inline = { RoleName, PolicyName: "inline" };
  await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument }));
  const policy = await iam.send(new GetRolePolicyCommand(inline));
  expect(decodeURIComponent(policy.PolicyDocument ?? "")).toBe(PolicyDocument);
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const attached = await pagesOf(paginateListAttachedRolePolicies({ client: iam }, { RoleName }));
  expect(attached.flatMap((page) => page.AttachedPolicies)).toEqual([
    { PolicyName: "AWSLambdaBasicExecutionRole", PolicyArn },
  ]);
  const roles = await pagesOf(paginateListRoles({ client: iam, pageSize: 1 }, {}));
  expect(roles.flatMap((page) => page.Roles ?? []).map((role) => role.RoleName)).toContain(
    RoleName,
  );
  await expect(create()).rejects.toThrow(EntityAlreadyExistsException);
  const remove = () => iam.send(new DeleteRoleCommand({ RoleName }));
  await expect(remove()).rejects.toThrow(DeleteConflictException);
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await expect(
    iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: "{" })),
  ).rejects.toThrow(MalformedPolicyDocumentException);
  await expect(iam.send(new GetRoleCommand({ RoleName: "nobody" }))).rejects.toThrow(
    NoSuchEntityException,
  );
});

test("SSM: keeps parameters, their versions and their hierarchy", async () => {
  const put = (Name: string, Value: string, Overwrite = false) =>
    ssm.send(new PutParameterCommand({ Name, Value, Overwrite, Type: "String" }));
  await put("/app/url", "one");
  await expect(put("/app/url", "two")).rejects.toThrow(ParameterAlreadyExists);
  expect(await put("/app/url", "two", true)).toMatchObject({ Version: 2 });
  await ssm.send(
    new PutParameterCommand({ Name: "/app/db/password", Value: "s3cret", Type: "SecureString" }),
  );
  const read = async (Name: string, WithDecryption = false) =>
    (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;
  expect(await read("/app/url")).toBe("two");
  expect(await read("/app/url:1")).toBe("one");
  expect(await read("/app/db/password", true)).toBe("s3cret");
  expect(await read("/app/db/password")).not.toContain("s3cret");
  const pages = await pagesOf(
    paginateGetParametersByPath(
      { client: ssm, pageSize: 1 },
      { Path: "/app", Recursive: true, WithDecryption: true },
    ),
  );
  expect(pages.flatMap(({ Parameters = [] }) => Parameters.map(({ Name }) => Name))).toEqual([
    "/app/db/password",
    "/app/url",
  ]);
  const several = await ssm.send(new GetParametersCommand({ Names: ["/app/url", "/no"] }));
  expect(several.InvalidParameters).toEqual(["/no"]);
  const deleted = await ssm.send(new DeleteParametersCommand({ Names: ["/app/url", "/no"] }));
  expect(deleted).toMatchObject({ DeletedParameters: ["/app/url"], InvalidParameters: ["/no"] });
  await expect(read("/app/url")).rejects.toThrow(ParameterNotFound);
});
