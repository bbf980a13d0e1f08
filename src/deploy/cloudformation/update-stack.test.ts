import { expect, test } from "vitest";
import { CHAIN, created, refusal, urls, withStacks } from "../../testing/stacks-fixture.ts";

test("UpdateStack: changes in place what can be, replaces the rest, removes what is gone", () =>
  withStacks(async (stacks) => {
    await created(
      stacks,
      `${CHAIN}`.replace("  Dead:\n", "  Old: {Type: AWS::SQS::Queue}\n  Dead:\n"),
    );
    const before = urls(stacks);
    expect(before).toEqual(["shop-Dead", "shop-Old", "shop-Orders"]);
    await stacks.call("UpdateStack", {
      StackName: "shop",
      TemplateBody: CHAIN.replace(
        "Dead:\n    Type: AWS::SQS::Queue",
        "Dead:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: dead}",
      ),
      Parameters: [{ ParameterKey: "Delay", ParameterValue: "5" }],
    });
    expect((await stacks.settled("shop")).StackStatus).toBe("UPDATE_COMPLETE");
    expect(urls(stacks)).toEqual(["dead", "shop-Orders"]);
    expect((await stacks.events("shop")).slice(11)).toEqual([
      "- UPDATE_IN_PROGRESS",
      "Dead UPDATE_IN_PROGRESS",
      "Dead UPDATE_IN_PROGRESS",
      "Dead UPDATE_COMPLETE",
      "Orders UPDATE_IN_PROGRESS",
      "Orders UPDATE_COMPLETE",
      "- UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
      "Old DELETE_IN_PROGRESS",
      "Dead DELETE_IN_PROGRESS",
      "Dead DELETE_COMPLETE",
      "Old DELETE_COMPLETE",
      "- UPDATE_COMPLETE",
    ]);
    const orders = [...stacks.cloud.things.entries()].find(([url]) => url.includes("Orders"));
    expect(orders?.[1]["attributes"]).toMatchObject({
      DelaySeconds: "5",
      RedrivePolicy: expect.stringContaining(":dead"),
    });
  }));

test("UpdateStack: a failure goes back to what was", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    const before = JSON.stringify([...stacks.cloud.things]);
    stacks.cloud.failWhen(({ operation, input }) =>
      operation === "sqs.CreateQueue" && String(input["QueueName"]).includes("Late")
        ? "no"
        : undefined,
    );
    await stacks.call("UpdateStack", {
      StackName: "shop",
      TemplateBody: `${CHAIN}`.replace(
        "  Dead:\n    Type: AWS::SQS::Queue",
        "  Late: {Type: AWS::SQS::Queue, DependsOn: Orders}\n  Dead:\n    Type: AWS::SQS::Queue\n    Properties: {FifoQueue: true}",
      ),
      Parameters: [{ ParameterKey: "Delay", ParameterValue: "5" }],
    });
    const stack = await stacks.settled("shop");
    expect(stack.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(stack.Parameters?.[0]?.ParameterValue).toBe("0");
    expect(JSON.stringify([...stacks.cloud.things])).toBe(before);
    const events = await stacks.events("shop");
    expect(events.slice(events.indexOf("Late CREATE_FAILED"))).toEqual([
      "Late CREATE_FAILED",
      "- UPDATE_ROLLBACK_IN_PROGRESS",
      "Dead UPDATE_COMPLETE",
      "Orders UPDATE_IN_PROGRESS",
      "Orders UPDATE_COMPLETE",
      "- UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
      "Dead DELETE_IN_PROGRESS",
      "Dead DELETE_COMPLETE",
      "Late DELETE_COMPLETE",
      "- UPDATE_ROLLBACK_COMPLETE",
    ]);
  }));

test("UpdateStack: nothing to change is said so", () =>
  withStacks(async (stacks) => {
    await created(stacks);
    const update = { StackName: "shop", TemplateBody: CHAIN.replace("A chain", "Another") };
    expect(await refusal(stacks.call("UpdateStack", update))).toBe(
      "ValidationError: No updates are to be performed.",
    );
    expect(
      await refusal(stacks.call("UpdateStack", { StackName: "nope", TemplateBody: CHAIN })),
    ).toBe("ValidationError: Stack with id nope does not exist");
    await stacks.call("UpdateStack", {
      StackName: "shop",
      UsePreviousTemplate: true,
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect((await stacks.settled("shop")).StackStatus).toBe("UPDATE_COMPLETE");
    const things = [...stacks.cloud.things.values()];
    expect(things.map(({ tags }) => tags)).toEqual([{ a: "b" }, { a: "b" }]);
  }));

test("UpdateStack: a name that the template chose cannot be replaced under itself", () =>
  withStacks(async (stacks) => {
    const template = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}}";
    await created(stacks, template);
    await stacks.call("UpdateStack", {
      StackName: "shop",
      TemplateBody: template.replace("QueueName: q", "QueueName: q, FifoQueue: true"),
    });
    expect((await stacks.settled("shop")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    const { StackEvents: events = [] } = await stacks.call("DescribeStackEvents", {
      StackName: "shop",
    });
    expect(events.map(({ ResourceStatusReason: reason }) => reason)).toContain(
      "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename q and update the stack again.",
    );
  }));
