/** What provisioned concurrency takes from the account, and who runs on it. */
import { beforeEach, describe, expect, test } from "vitest";
import { createLambdaFixture, type LambdaFixture } from "../../testing/lambda-fixture.ts";

let fixture: LambdaFixture;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction("orders");
  await fixture.call("PublishVersion", { FunctionName: "orders" });
  fixture.host.script("orders", () => new Promise(() => {}));
});

async function provision(Qualifier: string, ProvisionedConcurrentExecutions: number) {
  await fixture.call("PutProvisionedConcurrencyConfig", {
    FunctionName: "orders",
    Qualifier,
    ProvisionedConcurrentExecutions,
  });
  await fixture.clock.advance(0);
}

function reserve(ReservedConcurrentExecutions: number, FunctionName = "orders"): Promise<unknown> {
  return fixture.call("PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions });
}

async function unreserved(): Promise<number | undefined> {
  const { AccountLimit } = await fixture.call("GetAccountSettings", {});
  return AccountLimit?.UnreservedConcurrentExecutions;
}

/** How many of as many invocations run; the others are throttled. */
async function running(count: number, Qualifier?: string): Promise<number> {
  const before = fixture.host.running.now;
  for (let index = 0; index < count; index += 1) {
    fixture.call("Invoke", { FunctionName: "orders", Qualifier }).catch(() => {});
  }
  await fixture.clock.advance(0);
  return fixture.host.running.now - before;
}

describe("provisioned concurrency", () => {
  test("lowers what the account has unreserved, until it is taken away", async () => {
    expect(await unreserved()).toBe(1_000);
    await provision("1", 30);
    expect(await unreserved()).toBe(970);
    await provision("1", 10);
    expect(await unreserved()).toBe(990);
    await reserve(50);
    expect(await unreserved()).toBe(950);
    await fixture.call("DeleteFunctionConcurrency", { FunctionName: "orders" });
    expect(await unreserved()).toBe(990);
    const config = { FunctionName: "orders", Qualifier: "1" };
    await fixture.call("DeleteProvisionedConcurrencyConfig", config);
    expect(await unreserved()).toBe(1_000);
  });

  test("goes with its alias, its version and its function", async () => {
    const alias = { FunctionName: "orders", Name: "live" };
    await fixture.call("CreateAlias", { ...alias, FunctionVersion: "1" });
    await provision("live", 5);
    expect(await unreserved()).toBe(995);
    await fixture.call("DeleteAlias", alias);
    expect(await unreserved()).toBe(1_000);
    await provision("1", 5);
    await fixture.call("DeleteFunction", { FunctionName: "orders", Qualifier: "1" });
    expect(await unreserved()).toBe(1_000);
    await fixture.call("UpdateFunctionConfiguration", { FunctionName: "orders", Timeout: 5 });
    await fixture.call("PublishVersion", { FunctionName: "orders" });
    await provision("2", 7);
    await fixture.call("DeleteFunction", { FunctionName: "orders" });
    expect(await unreserved()).toBe(1_000);
  });

  test("spills over into what the function reserves, and leaves its other versions the rest", async () => {
    await reserve(3);
    await provision("1", 2);
    expect(await running(4, "1")).toBe(3);
    expect(await running(1)).toBe(0);
  });

  test("is not for $LATEST: all that is reserved may be provisioned", async () => {
    await reserve(2);
    await provision("1", 2);
    expect(await running(1)).toBe(0);
    expect(await running(3, "1")).toBe(2);
  });

  test("follows its alias to another version", async () => {
    await reserve(2);
    const alias = { FunctionName: "orders", Name: "live" };
    await fixture.call("CreateAlias", { ...alias, FunctionVersion: "1" });
    await provision("live", 2);
    await fixture.call("UpdateFunctionConfiguration", { FunctionName: "orders", Timeout: 5 });
    await fixture.call("PublishVersion", { FunctionName: "orders" });
    await fixture.call("UpdateAlias", { ...alias, FunctionVersion: "2" });
    await fixture.clock.advance(0);
    expect(await running(1, "1")).toBe(0);
    expect(await running(3, "live")).toBe(2);
  });

  test("is not for an alias with weights", async () => {
    await fixture.call("UpdateFunctionConfiguration", { FunctionName: "orders", Timeout: 5 });
    await fixture.call("PublishVersion", { FunctionName: "orders" });
    await fixture.call("CreateAlias", {
      FunctionName: "orders",
      Name: "live",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights: { "2": 0.1 } },
    });
    await expect(provision("live", 1)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: "Alias with weights can not be used with Provisioned Concurrency",
    });
  });

  test("is refused where it leaves the account too little, and so is a reservation", async () => {
    await fixture.createFunction("other");
    await reserve(500, "other");
    await expect(provision("1", 401)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message:
        "Specified ConcurrentExecutions for function decreases account's " +
        "UnreservedConcurrentExecution below its minimum value of [100].",
    });
    await provision("1", 400);
    await provision("1", 390);
    await expect(reserve(511, "other")).rejects.toThrow(
      "Specified ReservedConcurrentExecutions for function decreases account's " +
        "UnreservedConcurrentExecution below its minimum value of [100].",
    );
    await reserve(510, "other");
    await expect(reserve(389)).rejects.toMatchObject({ code: "InvalidParameterValueException" });
    await reserve(390);
  });

  test("that fails leaves its share to the others", async () => {
    fixture.host.breakDown("no interpreter");
    await provision("1", 20);
    const shown = await fixture.call("GetProvisionedConcurrencyConfig", {
      FunctionName: "orders",
      Qualifier: "1",
    });
    expect(shown.Status).toBe("FAILED");
    expect(await unreserved()).toBe(1_000);
  });
});
