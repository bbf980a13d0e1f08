import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { versions } from "./keys.ts";
import { createSsm } from "./service.ts";

function fixture() {
  const core = { ...createTestStore(), log: createMemoryLog() };
  const refuse = async () => {
    throw new Error("no parameter here stands for a secret");
  };
  const dispatcher = { call: refuse, callByName: refuse };
  const call = serviceCaller<"ssm">(createSsm({ ...core, dispatcher }), core.clock);
  const put = (Name: string, Value = "v", more: object = {}) =>
    call("PutParameter", { Name, Value, Type: "String", ...more });
  const names = async (
    result: Promise<{ Parameters?: readonly { Name?: string | undefined }[] | undefined }>,
  ) => (await result).Parameters?.map(({ Name }) => Name);
  return { ...core, call, put, names };
}

describe("put and get", () => {
  test("put parameter: can be read back by name and by ARN", async () => {
    const { call, put, clock } = fixture();
    expect(await put("/app/url", "http://a")).toEqual({ Version: 1, Tier: "Standard" });
    const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/app/url";
    const expected = {
      Name: "/app/url",
      Type: "String",
      Value: "http://a",
      Version: 1,
      LastModifiedDate: new Date(clock.nowMs()),
      ARN,
      DataType: "text",
    };
    expect((await call("GetParameter", { Name: "/app/url" })).Parameter).toEqual(expected);
    expect((await call("GetParameter", { Name: ARN })).Parameter).toEqual(expected);
    await put("plain");
    const plain = "arn:aws:ssm:us-east-1:000000000000:parameter/plain";
    expect((await call("GetParameter", { Name: plain })).Parameter?.Name).toBe("plain");
  });

  test("put parameter: makes a version only when told to overwrite", async () => {
    const { call, put } = fixture();
    await put("a", "1", { Description: "kept" });
    await expect(put("a", "2")).rejects.toMatchObject({
      code: "ParameterAlreadyExists",
      message:
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    });
    const second = await call("PutParameter", { Name: "a", Value: "2", Overwrite: true });
    expect(second.Version).toBe(2);
    const described = await call("DescribeParameters", {});
    expect(described.Parameters).toMatchObject([
      { Name: "a", Version: 2, Description: "kept", Type: "String", Policies: [] },
    ]);
  });

  test("get parameter: not found comes without a message", async () => {
    const { call } = fixture();
    await expect(call("GetParameter", { Name: "none" })).rejects.toMatchObject({
      code: "ParameterNotFound",
      message: "",
    });
  });

  test("get parameter: takes a version or a label behind a colon", async () => {
    const { call, put } = fixture();
    await put("a", "1");
    await put("a", "2", { Overwrite: true });
    await call("LabelParameterVersion", { Name: "a", Labels: ["live"], ParameterVersion: 1 });
    const read = async (Name: string) => (await call("GetParameter", { Name })).Parameter;
    expect(await read("a:1")).toMatchObject({ Name: "a", Value: "1", Selector: ":1" });
    expect(await read("a:live")).toMatchObject({ Value: "1", Selector: ":live" });
    expect(await read("a")).toMatchObject({ Value: "2" });
    await expect(read("a:3")).rejects.toMatchObject({
      code: "ParameterVersionNotFound",
      message: "Systems Manager could not find version 3 of a. Verify the version and try again.",
    });
    await expect(read("a:dead")).rejects.toMatchObject({ code: "ParameterVersionNotFound" });
  });

  test("get parameters: lists what there is not", async () => {
    const { call, put } = fixture();
    await put("a", "1");
    const { Parameters, InvalidParameters } = await call("GetParameters", {
      Names: ["a", "b", "a:9"],
    });
    expect(Parameters?.map(({ Value }) => Value)).toEqual(["1"]);
    expect(InvalidParameters).toEqual(["b", "a:9"]);
  });

  test("secure strings: are kept and shown encrypted until decrypted", async () => {
    const { call, put, store } = fixture();
    await put("/db/password", "hunter2 ü", { Type: "SecureString" });
    const masked = (await call("GetParameter", { Name: "/db/password" })).Parameter;
    expect(masked?.Value).toMatch(/^[A-Za-z0-9+/]{40,}={0,2}$/);
    const clear = await call("GetParameter", { Name: "/db/password", WithDecryption: true });
    expect(clear.Parameter?.Value).toBe("hunter2 ü");
    const kept = await store.read((tx) => JSON.stringify([...versions.list(tx)]));
    expect(kept).not.toContain("hunter2");
    const [metadata] = (await call("DescribeParameters", {})).Parameters ?? [];
    expect(metadata?.KeyId).toBe("alias/aws/ssm");
  });

  test("regions and accounts have their own", async () => {
    const { call, put } = fixture();
    await put("a");
    await expect(
      call("GetParameter", { Name: "a" }, { region: "eu-west-1" }),
    ).rejects.toMatchObject({ code: "ParameterNotFound" });
    const foreign = "arn:aws:ssm:us-east-1:111111111111:parameter/a";
    await expect(call("GetParameter", { Name: foreign })).rejects.toMatchObject({
      code: "ParameterNotFound",
    });
  });
});

describe("put parameter: refuses", () => {
  const levels = (count: number): string => "/a".repeat(count);

  test.each([
    ["/aws/thing", "AccessDeniedException", "No access to reserved parameter name: /aws/thing."],
    ["ssm-thing", "ValidationException", /^Parameter name: can't be prefixed with "ssm"/],
    ["a b", "ValidationException", /^Parameter name: can't be prefixed with "ssm"/],
    ["/a/", "ValidationException", /^Parameter name: can't be prefixed with "ssm"/],
    ["a/b", "ValidationException", "Parameter name must be a fully qualified name."],
    [
      levels(16),
      "HierarchyLevelLimitExceededException",
      "A hierarchy can have a maximum of 15 levels.",
    ],
    ["a".repeat(1000), "ValidationException", /exceeds 1011 characters/],
  ])("the name %s", async (name, code, message) => {
    const { put } = fixture();
    await expect(put(name)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ["no type", { Type: undefined }, "ValidationException"],
    ["a large value", { Value: "x".repeat(4097) }, "ValidationException"],
    ["a larger value", { Value: "x".repeat(8193), Tier: "Advanced" }, "ValidationException"],
    ["a reference", { Value: "{{ssm:other}}" }, "ValidationException"],
    ["a mismatch", { Value: "x", AllowedPattern: "\\d+" }, "ParameterPatternMismatchException"],
    ["a broken pattern", { AllowedPattern: "(" }, "InvalidAllowedPatternException"],
    ["a key for plain text", { KeyId: "alias/aws/ssm" }, "ValidationException"],
    [
      "tags while overwriting",
      { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] },
      "ValidationException",
    ],
    ["a key of one's own", { Type: "SecureString", KeyId: "alias/mine" }, "NotImplemented"],
    ["policies", { Policies: '[{"Type":"Expiration"}]' }, "NotImplemented"],
    ["another data type", { DataType: "aws:ec2:image" }, "NotImplemented"],
  ])("%s", async (_, more, code) => {
    const { put } = fixture();
    await expect(put("a", "v", more)).rejects.toMatchObject({ code });
  });

  test("a way back from the advanced tier", async () => {
    const { put } = fixture();
    const large = "x".repeat(5000);
    expect(await put("a", large, { Tier: "Intelligent-Tiering" })).toMatchObject({
      Tier: "Advanced",
    });
    const back = put("a", "v", { Overwrite: true, Tier: "Standard" });
    await expect(back).rejects.toMatchObject({ message: expect.stringContaining("downgrade") });
    expect(await put("a", "v", { Overwrite: true })).toMatchObject({ Tier: "Advanced" });
  });
});

describe("versions", () => {
  test("history: is kept for 100 versions, oldest first, in pages", async () => {
    const { call, put } = fixture();
    for (let number = 1; number <= 102; number += 1) {
      await put("a", String(number), { Overwrite: true });
    }
    const first = await call("GetParameterHistory", { Name: "a", MaxResults: 50 });
    const second = await call("GetParameterHistory", {
      Name: "a",
      MaxResults: 50,
      NextToken: first.NextToken,
    });
    const values = [...(first.Parameters ?? []), ...(second.Parameters ?? [])].map((p) => p.Value);
    expect(values).toHaveLength(100);
    expect([values[0], values[99], second.NextToken]).toEqual(["3", "102", undefined]);
    await expect(call("GetParameter", { Name: "a:2" })).rejects.toMatchObject({
      code: "ParameterVersionNotFound",
    });
  });

  test("history: the oldest version stays while it has a label", async () => {
    const { call, put } = fixture();
    for (let number = 1; number <= 100; number += 1) {
      await put("a", String(number), { Overwrite: true });
    }
    await call("LabelParameterVersion", { Name: "a", Labels: ["live"], ParameterVersion: 1 });
    await expect(put("a", "101", { Overwrite: true })).rejects.toMatchObject({
      code: "ParameterMaxVersionLimitExceeded",
    });
    await call("LabelParameterVersion", { Name: "a", Labels: ["live"] });
    expect(await put("a", "101", { Overwrite: true })).toMatchObject({ Version: 101 });
  });

  test("labels: move, are ten at most, and say which are none", async () => {
    const { call, put } = fixture();
    await put("a");
    await put("a", "2", { Overwrite: true });
    const labelled = await call("LabelParameterVersion", {
      Name: "a",
      ParameterVersion: 1,
      Labels: ["x", "aws-x", "1x", "y"],
    });
    expect(labelled).toEqual({ InvalidLabels: ["aws-x", "1x"], ParameterVersion: 1 });
    await call("LabelParameterVersion", { Name: "a", Labels: ["x"] });
    const history = await call("GetParameterHistory", { Name: "a" });
    expect(history.Parameters?.map(({ Labels }) => Labels)).toEqual([["y"], ["x"]]);
    const many = Array.from({ length: 10 }, (_, index) => `l${index}`);
    await expect(call("LabelParameterVersion", { Name: "a", Labels: many })).rejects.toMatchObject({
      code: "ParameterVersionLabelLimitExceeded",
    });
    const removed = { Name: "a", ParameterVersion: 1, Labels: ["x", "y"] };
    expect(await call("UnlabelParameterVersion", removed)).toEqual({
      RemovedLabels: ["y"],
      InvalidLabels: ["x"],
    });
  });

  test("delete: takes the history with it, and a new parameter starts at 1", async () => {
    const { call, put, store } = fixture();
    await put("a");
    await put("a", "2", { Overwrite: true });
    await call("DeleteParameter", { Name: "a" });
    expect(await store.read((tx) => [...versions.list(tx)].length)).toBe(0);
    await expect(call("DeleteParameter", { Name: "a" })).rejects.toMatchObject({
      code: "ParameterNotFound",
    });
    expect(await put("a")).toMatchObject({ Version: 1 });
    expect(await call("DeleteParameters", { Names: ["a", "b"] })).toEqual({
      DeletedParameters: ["a"],
      InvalidParameters: ["b"],
    });
  });
});

describe("lists", () => {
  async function filled() {
    const all = fixture();
    for (const name of ["/app/a", "/app/b", "/app/c/d", "/apple", "zero"]) {
      await all.put(name, "v", { Type: name.endsWith("b") ? "StringList" : "String" });
    }
    return all;
  }

  test("by path: one level or all, in pages", async () => {
    const { call, names } = await filled();
    expect(await names(call("GetParametersByPath", { Path: "/app" }))).toEqual([
      "/app/a",
      "/app/b",
    ]);
    const first = await call("GetParametersByPath", {
      Path: "/app/",
      Recursive: true,
      MaxResults: 2,
    });
    expect(first.Parameters?.map(({ Name }) => Name)).toEqual(["/app/a", "/app/b"]);
    const more = { Path: "/app/", Recursive: true, NextToken: first.NextToken };
    expect(await names(call("GetParametersByPath", more))).toEqual(["/app/c/d"]);
    expect(await names(call("GetParametersByPath", { Path: "/", Recursive: true }))).toHaveLength(
      4,
    );
  });

  test("by path: refuses a path that is none, and AWS's own by name", async () => {
    const { call } = fixture();
    for (const Path of ["app", "/a b", "//"]) {
      await expect(call("GetParametersByPath", { Path })).rejects.toMatchObject({
        code: "ValidationException",
      });
    }
    await expect(call("GetParametersByPath", { Path: "/aws/service" })).rejects.toMatchObject({
      status: 501,
    });
    await expect(call("GetParameter", { Name: "/aws/service/x" })).rejects.toMatchObject({
      status: 501,
    });
  });

  test.each([
    [{ Key: "Name", Option: "BeginsWith", Values: ["/app/"] }, ["/app/a", "/app/b", "/app/c/d"]],
    [{ Key: "Name", Values: ["zero"] }, ["zero"]],
    [{ Key: "Name", Values: ["apple"] }, ["/apple"]],
    [
      { Key: "Name", Option: "Contains", Values: ["pp"] },
      ["/app/a", "/app/b", "/app/c/d", "/apple"],
    ],
    [{ Key: "Path", Values: ["/app"] }, ["/app/a", "/app/b"]],
    [{ Key: "Path", Option: "Recursive", Values: ["/app"] }, ["/app/a", "/app/b", "/app/c/d"]],
    [{ Key: "Type", Values: ["StringList"] }, ["/app/b"]],
    [{ Key: "Tier", Values: ["Advanced"] }, []],
  ])("describe: filters by %j", async (filter, expected) => {
    const { call, names } = await filled();
    expect(await names(call("DescribeParameters", { ParameterFilters: [filter] }))).toEqual(
      expected,
    );
  });

  test("describe: refuses filters that are none", async () => {
    const { call } = fixture();
    const describeBy = (
      ...ParameterFilters: { Key: string; Option?: string; Values?: string[] }[]
    ) => call("DescribeParameters", { ParameterFilters });
    await expect(describeBy({ Key: "Label", Values: ["a"] })).rejects.toMatchObject({
      code: "InvalidFilterKey",
    });
    await expect(describeBy({ Key: "Name", Option: "Near", Values: ["a"] })).rejects.toMatchObject({
      code: "InvalidFilterOption",
    });
    await expect(describeBy({ Key: "Name" })).rejects.toMatchObject({ code: "InvalidFilterValue" });
    const twice = { Key: "Name", Values: ["a"] };
    await expect(describeBy(twice, twice)).rejects.toMatchObject({ code: "ValidationException" });
    await expect(call("DescribeParameters", { NextToken: "!!" })).rejects.toMatchObject({
      code: "InvalidNextToken",
    });
  });

  test("tags: add, list, filter by, remove", async () => {
    const { call, put, names } = fixture();
    await put("a", "v", { Tags: [{ Key: "team", Value: "x" }] });
    await put("b");
    const resource = { ResourceType: "Parameter", ResourceId: "a" };
    await call("AddTagsToResource", { ...resource, Tags: [{ Key: "cost", Value: "1" }] });
    expect((await call("ListTagsForResource", resource)).TagList).toEqual([
      { Key: "team", Value: "x" },
      { Key: "cost", Value: "1" },
    ]);
    const byTag = { ParameterFilters: [{ Key: "tag:team", Values: ["x"] }] };
    expect(await names(call("DescribeParameters", byTag))).toEqual(["a"]);
    await call("RemoveTagsFromResource", { ...resource, TagKeys: ["team"] });
    expect(await names(call("DescribeParameters", byTag))).toEqual([]);
    await expect(
      call("ListTagsForResource", { ...resource, ResourceId: "none".repeat(3000) }),
    ).rejects.toMatchObject({ code: "InvalidResourceId" });
    await expect(
      call("ListTagsForResource", { ...resource, ResourceType: "Document" }),
    ).rejects.toMatchObject({ status: 501 });
  });
});
