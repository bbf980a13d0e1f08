import { describe, expect, test } from "vitest";
import { createSecretsManagerFixture } from "../../testing/secretsmanager-fixture.ts";

async function fixture() {
  const made = createSecretsManagerFixture();
  const { call, clock } = made;
  const tags = (Key: string, Value: string) => [{ Key, Value }];
  const given = [
    { Name: "prod/DatabaseSecret", Description: "My basic description", Tags: tags("Env", "prod") },
    { Name: "prod/apiKey", Description: "Key of the API", Tags: tags("env", "Production") },
    { Name: "dev/db42", Tags: tags("team", "blue") },
  ];
  for (const input of given) {
    await call("CreateSecret", { ...input, SecretString: input.Name });
    await clock.advance(1_000);
  }
  const names = async (input: Parameters<typeof call<"ListSecrets">>[1]) =>
    (await call("ListSecrets", input)).SecretList?.map(({ Name }) => Name);
  return { ...made, names };
}

describe("list secrets", () => {
  test.each([
    ["name", ["prod/"], ["prod/DatabaseSecret", "prod/apiKey"]],
    ["name", ["Prod/"], []],
    ["name", ["!prod/"], ["dev/db42"]],
    ["name", ["dev", "prod/a"], ["prod/apiKey", "dev/db42"]],
    ["description", ["my DESC"], ["prod/DatabaseSecret"]],
    ["tag-key", ["env"], ["prod/apiKey"]],
    ["tag-value", ["prod"], ["prod/DatabaseSecret"]],
    ["all", ["database"], ["prod/DatabaseSecret"]],
    ["all", ["My_Key"], ["prod/DatabaseSecret", "prod/apiKey"]],
    ["all", ["blue"], ["dev/db42"]],
    ["all", ["42"], ["dev/db42"]],
    ["owning-service", ["rds"], []],
    ["primary-region", ["us"], []],
  ])("filter %s by %j", async (Key, Values, expected) => {
    const { names } = await fixture();
    expect(await names({ Filters: [{ Key, Values }] })).toEqual(expected);
  });

  test("all filters have to fit", async () => {
    const { names } = await fixture();
    const Filters = [
      { Key: "name", Values: ["prod"] },
      { Key: "tag-key", Values: ["!env"] },
    ];
    expect(await names({ Filters })).toEqual(["prod/DatabaseSecret"]);
    await expect((async () => names({ Filters: [{ Key: "name" }] }))()).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  test("sorts by what is asked for", async () => {
    const { names, call, clock } = await fixture();
    const byName = ["dev/db42", "prod/DatabaseSecret", "prod/apiKey"];
    expect(await names({ SortBy: "name" })).toEqual(byName);
    expect(await names({ SortBy: "name", SortOrder: "desc" })).toEqual([...byName].reverse());
    await clock.advance(86_400_000);
    await call("GetSecretValue", { SecretId: "prod/apiKey" });
    expect((await names({ SortBy: "last-accessed-date", SortOrder: "desc" }))?.[0]).toBe(
      "prod/apiKey",
    );
    await call("UpdateSecret", { SecretId: "prod/DatabaseSecret", Description: "new" });
    expect((await names({ SortBy: "last-changed-date" }))?.at(-1)).toBe("prod/DatabaseSecret");
  });

  test.each(["asc", "desc"])("pages hold each secret once, %s", async (SortOrder) => {
    const { call, names } = await fixture();
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await call("ListSecrets", { MaxResults: 1, SortOrder, NextToken });
      found.push(...(page.SecretList ?? []).map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && found.length < 9);
    expect(found).toEqual(await names({ SortOrder }));
    await expect(call("ListSecrets", { NextToken: "x" })).rejects.toMatchObject({
      code: "InvalidNextTokenException",
    });
  });
});

describe("batch get secret value", () => {
  test("reads by id, and lists what it could not read", async () => {
    const { call } = await fixture();
    await call("DeleteSecret", { SecretId: "dev/db42" });
    const { SecretValues, Errors } = await call("BatchGetSecretValue", {
      SecretIdList: ["prod/apiKey", "none", "dev/db42"],
    });
    expect(SecretValues).toMatchObject([{ Name: "prod/apiKey", SecretString: "prod/apiKey" }]);
    expect(Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode])).toEqual([
      ["none", "ResourceNotFoundException"],
      ["dev/db42", "InvalidRequestException"],
    ]);
    const { LastAccessedDate } = await call("DescribeSecret", { SecretId: "prod/apiKey" });
    expect(LastAccessedDate).toEqual(new Date(Date.UTC(2026, 0, 1)));
  });

  test("reads by filter in pages", async () => {
    const { call } = await fixture();
    const Filters = [{ Key: "name", Values: ["prod"] }];
    const first = await call("BatchGetSecretValue", { Filters, MaxResults: 1 });
    const second = await call("BatchGetSecretValue", { Filters, NextToken: first.NextToken });
    expect(
      [first, second].map(({ SecretValues }) => SecretValues?.map(({ Name }) => Name)),
    ).toEqual([["prod/DatabaseSecret"], ["prod/apiKey"]]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([{}, { SecretIdList: ["a"], Filters: [] }, { SecretIdList: ["a"], MaxResults: 2 }])(
    "refuses %j",
    async (input) => {
      const { call } = await fixture();
      await expect((async () => call("BatchGetSecretValue", input))()).rejects.toMatchObject({
        code: "InvalidParameterException",
      });
    },
  );
});
