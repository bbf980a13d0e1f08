import { expect, test } from "vitest";
import { CHAIN, created, refusal, urls, withStacks } from "../../testing/stacks-fixture.ts";

test("DeleteStack: dependants go first; what is to be retained stays", () =>
  withStacks(async (stacks) => {
    await created(
      stacks,
      `${CHAIN}  `.replace(
        "  Dead:\n",
        "  Kept: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}\n  Dead:\n",
      ),
    );
    const { StackId = "" } = await stacks.settled("shop");
    await stacks.call("DeleteStack", { StackName: "shop" });
    expect((await stacks.settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
    expect(urls(stacks)).toEqual(["shop-Kept"]);
    expect((await stacks.events(StackId)).slice(-7)).toEqual([
      "- DELETE_IN_PROGRESS",
      "Orders DELETE_IN_PROGRESS",
      "Kept DELETE_SKIPPED",
      "Orders DELETE_COMPLETE",
      "Dead DELETE_IN_PROGRESS",
      "Dead DELETE_COMPLETE",
      "- DELETE_COMPLETE",
    ]);
    expect(await refusal(stacks.call("DescribeStacks", { StackName: "shop" }))).toBe(
      "ValidationError: Stack with id shop does not exist",
    );
    await stacks.call("DeleteStack", { StackName: "shop" });
    expect((await stacks.call("DescribeStacks", {})).Stacks).toEqual([]);
  }));

test("DeleteStack: what will not go fails the deletion, and can be left behind", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    const { StackId = "" } = await stacks.settled("shop");
    stacks.cloud.failWhen(({ operation, input }) =>
      operation === "sqs.DeleteQueue" && String(input["QueueUrl"]).includes("Orders")
        ? "busy"
        : undefined,
    );
    await stacks.call("DeleteStack", { StackName: "shop" });
    const stack = await stacks.settled(StackId);
    expect(stack).toMatchObject({
      StackStatus: "DELETE_FAILED",
      StackStatusReason: "The following resource(s) failed to delete: [Orders]. ",
    });
    await stacks.call("DeleteStack", { StackName: "shop", RetainResources: ["Orders"] });
    expect((await stacks.settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
    expect(urls(stacks)).toEqual(["shop-Orders"]);
  }));

test("DeleteStack: termination protection", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    await stacks.call("UpdateTerminationProtection", {
      StackName: "shop",
      EnableTerminationProtection: true,
    });
    expect(await refusal(stacks.call("DeleteStack", { StackName: "shop" }))).toBe(
      "ValidationError: Stack [shop] cannot be deleted while TerminationProtection is enabled",
    );
  }));

test("exports: are found by other stacks, and held on to", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    const { Exports: exported = [] } = await stacks.call("ListExports", {});
    expect(exported).toMatchObject([
      { Name: "shop-url", Value: expect.stringContaining("Orders") },
    ]);
    const importing = `
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: other, Value: !ImportValue shop-url}]}}`;
    await stacks.call("CreateStack", { StackName: "other", TemplateBody: importing });
    expect((await stacks.settled("other")).StackStatus).toBe("CREATE_COMPLETE");
    expect((await stacks.call("ListImports", { ExportName: "shop-url" })).Imports).toEqual([
      "other",
    ]);
    await stacks.call("DeleteStack", { StackName: "shop" });
    expect(await stacks.settled("shop")).toMatchObject({
      StackStatus: "CREATE_COMPLETE",
      StackStatusReason: "Export shop-url cannot be deleted as it is in use by other",
    });
    expect((await stacks.events("shop")).slice(-2)).toEqual([
      "- DELETE_IN_PROGRESS",
      "- CREATE_COMPLETE",
    ]);
    await stacks.call("UpdateStack", {
      StackName: "shop",
      TemplateBody: CHAIN.replace("-url", "-link"),
    });
    expect((await stacks.settled("shop")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    await stacks.call("DeleteStack", { StackName: "other" });
    expect(await refusal(stacks.call("ListImports", { ExportName: "shop-url" }))).not.toBe("");
    await stacks.call("CreateStack", {
      StackName: "third",
      TemplateBody: CHAIN.replace(/Export: .*/, "Export: {Name: shop-url}}"),
    });
    expect(await stacks.settled("third")).toMatchObject({ StackStatus: "ROLLBACK_COMPLETE" });
  }));

test("a deleted stack is forgotten after 90 days", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    const { StackId = "" } = await stacks.settled("shop");
    await stacks.call("DeleteStack", { StackName: "shop" });
    await stacks.settled(StackId);
    await stacks.advance(91 * 24 * 60 * 60 * 1000);
    expect(await refusal(stacks.call("DescribeStacks", { StackName: StackId }))).toBe(
      `ValidationError: Stack with id ${StackId} does not exist`,
    );
  }));
