import { expect, test } from "vitest";
import { createLambdaFixture } from "../../testing/lambda-fixture.ts";

const FUNCTION = { FunctionName: "orders" };
const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

test("SnapStart: a published version is initialised ahead, and is restored wherever it runs", async () => {
  const fixture = await createLambdaFixture();
  await fixture.createFunction("orders", { SnapStart: { ApplyOn: "PublishedVersions" } });
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
