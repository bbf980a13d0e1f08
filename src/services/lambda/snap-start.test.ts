import { expect, test } from "vitest";
import { createLambdaFixture } from "../../testing/lambda-fixture.ts";

const FUNCTION = { FunctionName: "orders" };
const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

test("SnapStart: a published version is initialised ahead, and is restored wherever it runs", async () => {
  const fixture = await createLambdaFixture();
  await fixture.createFunction("orders", {
    Runtime: "python3.12",
    SnapStart: { ApplyOn: "PublishedVersions" },
  });
  const { SnapStart } = await fixture.call("PublishVersion", FUNCTION);
  expect(SnapStart).toEqual({ ApplyOn: "PublishedVersions", OptimizationStatus: "On" });
  await fixture.clock.advance(1);
  expect(fixture.host.kept.get(`${ARN}:1`)).toMatchObject({
    count: 1,
    spec: { keptAs: "snap-start" },
  });
  await fixture.call("Invoke", { ...FUNCTION, Qualifier: "1" });
  expect(fixture.host.calls.at(-1)?.spec.keptAs).toBe("snap-start");
  await fixture.call("Invoke", FUNCTION);
  expect(fixture.host.calls.at(-1)?.spec.keptAs).toBeUndefined();
});

test.each([
  ["java11", true],
  ["java17.al2023", true],
  ["python3.13", true],
  ["dotnet8", true],
  ["dotnet10", true],
  ["java8.al2", false],
  ["python3.11", false],
  ["ruby3.4", false],
  ["nodejs20.x", false],
  ["provided.al2023", false],
] as const)("SnapStart: with %s it is taken: %s", async (Runtime, isTaken) => {
  const fixture = await createLambdaFixture();
  const SnapStart = { ApplyOn: "PublishedVersions" } as const;
  const problem = `${Runtime} is not supported for SnapStart enabled functions.`;
  const made = fixture.createFunction("orders", { Runtime, SnapStart });
  await (isTaken ? made : expect(made).rejects.toThrow(problem));
  await fixture.createFunction("late", { Runtime });
  const changed = fixture.call("UpdateFunctionConfiguration", { FunctionName: "late", SnapStart });
  await (isTaken ? changed : expect(changed).rejects.toThrow(problem));
});
