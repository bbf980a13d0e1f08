import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createIam } from "./service.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
});
const BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

function fixture() {
  const core = { ...createTestStore(), log: createMemoryLog() };
  const iam = createIam(core);
  const call = serviceCaller<"iam">(iam, core.clock);
  const createRole = (RoleName: string, more: object = {}) =>
    call("CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST, ...more });
  return { ...core, iam, call, createRole };
}

describe("roles", () => {
  test("create role: can be read back, with its document encoded", async () => {
    const { call, createRole, clock } = fixture();
    const second = clock.nowMs();
    await clock.advance(999);
    const { Role } = await createRole("worker", {
      Path: "/app/",
      Description: "works",
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(Role).toEqual({
      RoleName: "worker",
      Path: "/app/",
      Arn: "arn:aws:iam::000000000000:role/app/worker",
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      CreateDate: new Date(second),
      AssumeRolePolicyDocument: encodeURIComponent(TRUST),
      Description: "works",
      MaxSessionDuration: 3600,
      Tags: [{ Key: "a", Value: "b" }],
    });
    const read = await call("GetRole", { RoleName: "worker" });
    expect(read.Role).toEqual({ ...Role, RoleLastUsed: {} });
  });

  test("create role: names differ in more than case", async () => {
    const { call, createRole } = fixture();
    await createRole("Worker");
    await expect(createRole("worker")).rejects.toMatchObject({
      code: "EntityAlreadyExists",
      message: "Role with name worker already exists.",
    });
    await expect(call("GetRole", { RoleName: "worker" })).rejects.toMatchObject({
      code: "NoSuchEntity",
      message: "The role with name worker cannot be found.",
    });
  });

  test("list roles: pages by name, under a path", async () => {
    const { call, createRole } = fixture();
    for (const name of ["d", "B", "a", "c"]) {
      await createRole(name, { Path: name === "d" ? "/" : "/app/" });
    }
    const first = await call("ListRoles", { PathPrefix: "/app/", MaxItems: 2 });
    expect(first.Roles.map(({ RoleName }) => RoleName)).toEqual(["a", "B"]);
    expect(first.IsTruncated).toBe(true);
    const second = await call("ListRoles", { PathPrefix: "/app/", Marker: first.Marker });
    expect(second.Roles.map(({ RoleName }) => RoleName)).toEqual(["c"]);
    expect(second.IsTruncated).toBe(false);
  });

  test("update role: changes what is given", async () => {
    const { call, createRole } = fixture();
    await createRole("worker", { Description: "before" });
    await call("UpdateRole", { RoleName: "worker", MaxSessionDuration: 7200 });
    const trust = TRUST.replace("lambda", "states");
    await call("UpdateAssumeRolePolicy", { RoleName: "worker", PolicyDocument: trust });
    const { Role } = await call("GetRole", { RoleName: "worker" });
    expect(Role).toMatchObject({ Description: "before", MaxSessionDuration: 7200 });
    expect(Role.AssumeRolePolicyDocument).toBe(encodeURIComponent(trust));
  });

  test("delete role: waits until its policies are gone", async () => {
    const { call, createRole } = fixture();
    const RoleName = "worker";
    await createRole(RoleName);
    await call("AttachRolePolicy", { RoleName, PolicyArn: BASIC });
    await call("PutRolePolicy", { RoleName, PolicyName: "p", PolicyDocument: DOCUMENT });
    await expect(call("DeleteRole", { RoleName })).rejects.toMatchObject({
      code: "DeleteConflict",
      message: "Cannot delete entity, must detach all policies first.",
    });
    await call("DetachRolePolicy", { RoleName, PolicyArn: BASIC });
    await expect(call("DeleteRole", { RoleName })).rejects.toMatchObject({
      message: "Cannot delete entity, must delete policies first.",
    });
    await call("DeleteRolePolicy", { RoleName, PolicyName: "p" });
    await call("DeleteRole", { RoleName });
    await expect(call("GetRole", { RoleName })).rejects.toMatchObject({ code: "NoSuchEntity" });
  });

  test("tags: keys are one in any case", async () => {
    const { call, createRole } = fixture();
    const RoleName = "worker";
    await createRole(RoleName, { Tags: [{ Key: "Team", Value: "a" }] });
    const tags = [
      { Key: "team", Value: "b" },
      { Key: "cost", Value: "" },
    ];
    await call("TagRole", { RoleName, Tags: tags });
    expect((await call("ListRoleTags", { RoleName })).Tags).toEqual([tags[1], tags[0]]);
    await call("UntagRole", { RoleName, TagKeys: ["COST"] });
    expect((await call("ListRoleTags", { RoleName })).Tags).toEqual([tags[0]]);
    const twice = [
      { Key: "x", Value: "1" },
      { Key: "X", Value: "2" },
    ];
    await expect(call("TagRole", { RoleName, Tags: twice })).rejects.toMatchObject({
      code: "InvalidInput",
    });
  });

  test("the directory finds a role by its ARN", async () => {
    const { store, iam, createRole } = fixture();
    const { Role } = await createRole("worker", { Path: "/app/" });
    const find = (arn: string) => store.read((tx) => iam.roles.find(tx, arn)?.name ?? "none");
    expect(await find(Role.Arn)).toBe("worker");
    expect(await find("arn:aws:iam::000000000000:role/worker")).toBe("none");
    expect(await find("arn:aws:sqs:eu-west-1:000000000000:worker")).toBe("none");
  });
});

describe("policies of a role", () => {
  test("inline: put, get, list, delete", async () => {
    const { call, createRole } = fixture();
    const RoleName = "worker";
    await createRole(RoleName);
    for (const PolicyName of ["b", "a"]) {
      await call("PutRolePolicy", { RoleName, PolicyName, PolicyDocument: DOCUMENT });
    }
    const listed = await call("ListRolePolicies", { RoleName });
    expect(listed).toEqual({ PolicyNames: ["a", "b"], IsTruncated: false });
    expect(await call("GetRolePolicy", { RoleName, PolicyName: "a" })).toEqual({
      RoleName,
      PolicyName: "a",
      PolicyDocument: encodeURIComponent(DOCUMENT),
    });
    await call("DeleteRolePolicy", { RoleName, PolicyName: "a" });
    await expect(call("GetRolePolicy", { RoleName, PolicyName: "a" })).rejects.toMatchObject({
      code: "NoSuchEntity",
      message: "The role policy with name a cannot be found.",
    });
    await expect(call("DeleteRolePolicy", { RoleName, PolicyName: "a" })).rejects.toMatchObject({
      code: "NoSuchEntity",
    });
  });

  test("inline: their sizes together have a bound", async () => {
    const { call, createRole } = fixture();
    await createRole("worker");
    const big = DOCUMENT.replace("sqs:SendMessage", `sqs:${"A".repeat(6000)}`);
    const put = (PolicyName: string) =>
      call("PutRolePolicy", { RoleName: "worker", PolicyName, PolicyDocument: big });
    await put("a");
    await expect(put("b")).rejects.toMatchObject({
      code: "LimitExceeded",
      message: "Maximum policy size of 10240 bytes exceeded for role worker",
    });
  });

  test("attached: AWS's own and the account's, ten at most", async () => {
    const { call, createRole } = fixture();
    const RoleName = "worker";
    await createRole(RoleName);
    const { Policy } = await call("CreatePolicy", { PolicyName: "own", PolicyDocument: DOCUMENT });
    for (const PolicyArn of [BASIC, Policy?.Arn ?? "", BASIC]) {
      await call("AttachRolePolicy", { RoleName, PolicyArn });
    }
    expect(await call("ListAttachedRolePolicies", { RoleName })).toEqual({
      AttachedPolicies: [
        { PolicyName: "own", PolicyArn: Policy?.Arn },
        { PolicyName: "AWSLambdaBasicExecutionRole", PolicyArn: BASIC },
      ],
      IsTruncated: false,
    });
    const missing = "arn:aws:iam::000000000000:policy/none";
    await expect(call("AttachRolePolicy", { RoleName, PolicyArn: missing })).rejects.toMatchObject({
      message: `Policy ${missing} does not exist or is not attachable.`,
    });
    await expect(call("DetachRolePolicy", { RoleName, PolicyArn: missing })).rejects.toMatchObject({
      code: "NoSuchEntity",
    });
    for (let index = 0; index < 8; index += 1) {
      await call("AttachRolePolicy", { RoleName, PolicyArn: `arn:aws:iam::aws:policy/P${index}` });
    }
    await expect(
      call("AttachRolePolicy", { RoleName, PolicyArn: "arn:aws:iam::aws:policy/Tenth" }),
    ).rejects.toMatchObject({ message: "Cannot exceed quota for PoliciesPerRole: 10" });
  });

  test("boundary: a policy in use as one cannot be deleted", async () => {
    const { call, createRole } = fixture();
    const { Policy } = await call("CreatePolicy", { PolicyName: "own", PolicyDocument: DOCUMENT });
    const PolicyArn = Policy?.Arn ?? "";
    await createRole("worker", { PermissionsBoundary: PolicyArn });
    const { Role } = await call("GetRole", { RoleName: "worker" });
    expect(Role.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: PolicyArn,
    });
    await expect(call("DeletePolicy", { PolicyArn })).rejects.toMatchObject({
      code: "DeleteConflict",
    });
    await call("PutRolePermissionsBoundary", { RoleName: "worker", PermissionsBoundary: BASIC });
    await call("DeletePolicy", { PolicyArn });
    await call("DeleteRolePermissionsBoundary", { RoleName: "worker" });
    await expect(
      call("DeleteRolePermissionsBoundary", { RoleName: "worker" }),
    ).rejects.toMatchObject({ code: "NoSuchEntity" });
  });
});

describe("policy documents", () => {
  const statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };
  const trusted = { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" };

  test.each([
    ["no JSON", "{", "This policy contains invalid Json"],
    ["a list", "[]", "Syntax errors in policy."],
    ["no statement", JSON.stringify({ Version: "2012-10-17" }), "Syntax errors in policy."],
    ["an unknown version", policy(statement, "2020-01-01"), "Syntax errors in policy."],
    ["no effect", policy({ ...statement, Effect: undefined }), "Missing required field Effect"],
    ["an unknown effect", policy({ ...statement, Effect: "Maybe" }), "Syntax errors in policy."],
    [
      "no action",
      policy({ ...statement, Action: undefined }),
      "Policy statement must contain actions.",
    ],
    [
      "no resource",
      policy({ ...statement, Resource: [] }),
      "Policy statement must contain resources.",
    ],
    [
      "an action without a vendor",
      policy({ ...statement, Action: "Send" }),
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ],
    [
      "a resource that is no ARN",
      policy({ ...statement, Resource: "a" }),
      'Resource a must be in ARN format or "*".',
    ],
    [
      "a principal",
      policy({ ...statement, Principal: "*" }),
      "Policy document should not specify a principal.",
    ],
    ["an unknown member", policy({ ...statement, Foo: 1 }), "Syntax errors in policy."],
    ["both forms of one", policy({ ...statement, NotAction: "a:b" }), "Syntax errors in policy."],
  ])("create policy: refuses %s", async (_, PolicyDocument, message) => {
    const { call } = fixture();
    await expect(call("CreatePolicy", { PolicyName: "p", PolicyDocument })).rejects.toMatchObject({
      code: "MalformedPolicyDocument",
      message,
    });
  });

  test.each([
    [
      "no principal",
      policy({ ...trusted, Principal: undefined }),
      "Missing required field Principal",
    ],
    ["a resource", policy({ ...trusted, Resource: "*" }), "Has prohibited field Resource"],
    [
      "another action",
      policy({ ...trusted, Action: "s3:*" }),
      "AssumeRole policy may only specify STS AssumeRole actions.",
    ],
  ])("create role: refuses %s", async (_, document, message) => {
    const { createRole } = fixture();
    await expect(createRole("r", { AssumeRolePolicyDocument: document })).rejects.toMatchObject({
      code: "MalformedPolicyDocument",
      message,
    });
  });

  function policy(one: object, version = "2012-10-17"): string {
    return JSON.stringify({ Version: version, Statement: [one] });
  }
});

describe("managed policies", () => {
  test("versions: five at most, the default one stays", async () => {
    const { call } = fixture();
    const { Policy } = await call("CreatePolicy", { PolicyName: "own", PolicyDocument: DOCUMENT });
    const PolicyArn = Policy?.Arn ?? "";
    for (let number = 2; number <= 5; number += 1) {
      const SetAsDefault = number === 3;
      await call("CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT, SetAsDefault });
    }
    await expect(
      call("CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT }),
    ).rejects.toMatchObject({ code: "LimitExceeded" });
    const first = await call("ListPolicyVersions", { PolicyArn, MaxItems: 3 });
    const second = await call("ListPolicyVersions", { PolicyArn, Marker: first.Marker });
    const ids = [...(first.Versions ?? []), ...(second.Versions ?? [])].map((v) => v.VersionId);
    expect(ids).toEqual(["v5", "v4", "v3", "v2", "v1"]);
    expect((await call("GetPolicy", { PolicyArn })).Policy?.DefaultVersionId).toBe("v3");
    await expect(call("DeletePolicyVersion", { PolicyArn, VersionId: "v3" })).rejects.toMatchObject(
      { message: "Cannot delete the default version of a policy." },
    );
    await call("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v5" });
    for (const VersionId of ["v1", "v2", "v3", "v4"]) {
      await call("DeletePolicyVersion", { PolicyArn, VersionId });
    }
    const next = await call("CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT });
    expect(next.PolicyVersion).toMatchObject({ VersionId: "v6", IsDefaultVersion: false });
    await expect(call("DeletePolicy", { PolicyArn })).rejects.toMatchObject({
      code: "DeleteConflict",
    });
    await expect(call("GetPolicyVersion", { PolicyArn, VersionId: "v9" })).rejects.toMatchObject({
      code: "NoSuchEntity",
    });
  });

  test("list entities: names the roles, and counts them", async () => {
    const { call, createRole } = fixture();
    const { Policy } = await call("CreatePolicy", { PolicyName: "own", PolicyDocument: DOCUMENT });
    const PolicyArn = Policy?.Arn ?? "";
    const { Role } = await createRole("worker");
    await call("AttachRolePolicy", { RoleName: "worker", PolicyArn });
    expect((await call("ListEntitiesForPolicy", { PolicyArn })).PolicyRoles).toEqual([
      { RoleName: "worker", RoleId: Role.RoleId },
    ]);
    const users = await call("ListEntitiesForPolicy", { PolicyArn, EntityFilter: "User" });
    expect(users.PolicyRoles).toEqual([]);
    expect((await call("GetPolicy", { PolicyArn })).Policy?.AttachmentCount).toBe(1);
    await expect(call("DeletePolicy", { PolicyArn })).rejects.toMatchObject({
      message: "Cannot delete a policy attached to entities.",
    });
  });

  test("list policies: the account's own, or those in use", async () => {
    const { call, createRole } = fixture();
    await call("CreatePolicy", { PolicyName: "own", PolicyDocument: DOCUMENT });
    await createRole("worker");
    await call("AttachRolePolicy", { RoleName: "worker", PolicyArn: BASIC });
    const names = async (input: object) =>
      (await call("ListPolicies", input)).Policies?.map(({ PolicyName }) => PolicyName);
    expect(await names({ Scope: "Local" })).toEqual(["own"]);
    expect(await names({ OnlyAttached: true })).toEqual(["AWSLambdaBasicExecutionRole"]);
    await expect(names({})).rejects.toMatchObject({ status: 501 });
  });

  test("AWS's own: those that are known can be read, the rest is refused by name", async () => {
    const { call } = fixture();
    expect((await call("GetPolicy", { PolicyArn: BASIC })).Policy).toMatchObject({
      Arn: BASIC,
      Path: "/service-role/",
      DefaultVersionId: "v1",
    });
    const version = await call("GetPolicyVersion", { PolicyArn: BASIC, VersionId: "v1" });
    const document = decodeURIComponent(version.PolicyVersion?.Document ?? "");
    expect(JSON.parse(document).Statement[0].Action).toContain("logs:PutLogEvents");
    const other = "arn:aws:iam::aws:policy/Whatever";
    await expect(call("GetPolicy", { PolicyArn: other })).rejects.toMatchObject({ status: 501 });
  });

  test("tags: put, list, remove", async () => {
    const { call } = fixture();
    const Tags = [{ Key: "a", Value: "1" }];
    const { Policy } = await call("CreatePolicy", {
      PolicyName: "p",
      PolicyDocument: DOCUMENT,
      Tags,
    });
    const PolicyArn = Policy?.Arn ?? "";
    await call("TagPolicy", { PolicyArn, Tags: [{ Key: "b", Value: "2" }] });
    expect((await call("ListPolicyTags", { PolicyArn })).Tags).toHaveLength(2);
    await call("UntagPolicy", { PolicyArn, TagKeys: ["a"] });
    expect((await call("GetPolicy", { PolicyArn })).Policy?.Tags).toEqual([
      { Key: "b", Value: "2" },
    ]);
  });
});
