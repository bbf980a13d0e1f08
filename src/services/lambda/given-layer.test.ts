import { beforeEach, describe, expect, test } from "vitest";
import { createLambdaFixture, type LambdaFixture, ZIP } from "../../testing/lambda-fixture.ts";

const ARN = "arn:aws:lambda:us-east-1:017000801446:layer:Tools:9";
let fixture: LambdaFixture;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction("orders");
});

const use = (...Layers: string[]) =>
  fixture.call("UpdateFunctionConfiguration", { FunctionName: "orders", Layers });

describe("a layer version of another account", () => {
  test("is used under the number its ARN says, once it was given", async () => {
    await expect(use(ARN)).rejects.toThrow(`Layer version ${ARN} does not exist.`);
    await fixture.lambda.giveLayerVersion(ARN, ZIP);
    await use(ARN);
    await fixture.call("Invoke", { FunctionName: "orders" });
    expect(fixture.host.calls[0]?.spec.layerDirectories).toHaveLength(1);
    await expect(use(ARN.replace(/9$/, "8"))).rejects.toThrow("does not exist");
    expect(await fixture.call("GetLayerVersionByArn", { Arn: ARN })).toMatchObject({ Version: 9 });
  });

  test("given again is kept once, and is removed with the last that names it", async () => {
    await fixture.lambda.giveLayerVersion(ARN, ZIP);
    await fixture.lambda.giveLayerVersion(ARN, ZIP);
    await fixture.call("DeleteFunction", { FunctionName: "orders" });
    await fixture.clock.advance(1);
    expect(fixture.removed).toEqual([]);
    await fixture.call("DeleteLayerVersion", {
      LayerName: "arn:aws:lambda:us-east-1:017000801446:layer:Tools",
      VersionNumber: 9,
    });
    await fixture.clock.advance(1);
    expect(fixture.removed).toHaveLength(1);
  });

  test.each([
    ["Tools", "That is not the ARN of a layer version."],
    [ARN.replace(/:9$/, ""), "That is not the ARN of a layer version."],
  ])("%s is refused", async (arn, why) => {
    await expect(fixture.lambda.giveLayerVersion(arn, ZIP)).rejects.toMatchObject({ why });
  });

  test("that is too large is refused", async () => {
    fixture.sizes.unzippedBytes = 262_144_001;
    await expect(fixture.lambda.giveLayerVersion(ARN, ZIP)).rejects.toMatchObject({
      why: expect.stringContaining("exceeds the maximum allowed size of 262144000 bytes"),
    });
  });
});
