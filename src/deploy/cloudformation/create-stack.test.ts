import { expect, test } from "vitest";
import {
  CHAIN,
  createTestStacks,
  refusal,
  urls,
  withStacks,
} from "../../testing/stacks-fixture.ts";

const MADE = ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"];

test("CreateStack: makes resources after what they depend on, and tells AWS's events", () =>
  withStacks(async (stacks) => {
    await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody: CHAIN,
      ClientRequestToken: "token",
      Tags: [{ Key: "team", Value: "orders" }],
    });
    const stack = await stacks.settled("shop");
    expect(stack).toMatchObject({
      StackStatus: "CREATE_COMPLETE",
      Description: "A chain",
      Parameters: [
        { ParameterKey: "Delay", ParameterValue: "0" },
        { ParameterKey: "Secret", ParameterValue: "****" },
      ],
      Outputs: [
        {
          OutputKey: "Url",
          OutputValue: expect.stringMatching(/shop-Orders-\w{12}$/),
          ExportName: "shop-url",
        },
      ],
      Tags: [{ Key: "team", Value: "orders" }],
    });
    expect(await stacks.events("shop")).toEqual([
      "- CREATE_IN_PROGRESS",
      ...MADE.map((status) => `Dead ${status}`),
      ...MADE.map((status) => `Orders ${status}`),
      "- CREATE_COMPLETE",
    ]);
    const { StackEvents: events = [] } = await stacks.call("DescribeStackEvents", {
      StackName: "shop",
    });
    expect(events.at(-1)).toMatchObject({
      ResourceStatusReason: "User Initiated",
      ClientRequestToken: "token",
    });
    expect(new Set(events.map(({ EventId }) => EventId)).size).toBe(events.length);
    expect(new Set(events.map(({ Timestamp }) => Number(Timestamp))).size).toBe(events.length);
    const [queue] = stacks.cloud.things.values();
    expect(queue).toMatchObject({ tags: { team: "orders" } });
  }));

test("CreateStack: a failure rolls back and leaves nothing", () =>
  withStacks(async (stacks) => {
    stacks.cloud.failWhen(({ operation, input }) =>
      operation === "sqs.CreateQueue" && String(input["QueueName"]).includes("Orders")
        ? "no room"
        : undefined,
    );
    await stacks.call("CreateStack", { StackName: "shop", TemplateBody: CHAIN });
    const stack = await stacks.settled("shop");
    expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
    expect(urls(stacks)).toEqual([]);
    expect(await stacks.events("shop")).toEqual([
      "- CREATE_IN_PROGRESS",
      ...MADE.map((status) => `Dead ${status}`),
      "Orders CREATE_IN_PROGRESS",
      "Orders CREATE_FAILED",
      "- ROLLBACK_IN_PROGRESS",
      "Dead DELETE_IN_PROGRESS",
      "Dead DELETE_COMPLETE",
      "Orders DELETE_COMPLETE",
      "- ROLLBACK_COMPLETE",
    ]);
    const { StackEvents: events = [] } = await stacks.call("DescribeStackEvents", {
      StackName: "shop",
    });
    const reasons = events.map(({ ResourceStatusReason: reason }) => reason);
    expect(reasons).toContain(
      "The following resource(s) failed to create: [Orders]. Rollback requested by user.",
    );
    expect(reasons).toContainEqual(
      expect.stringMatching(
        /^Resource handler returned message: "no room" \(RequestToken: [-\w]+, HandlerErrorCode: InvalidRequest\)$/,
      ),
    );
    expect(
      await refusal(stacks.call("UpdateStack", { StackName: "shop", TemplateBody: CHAIN })),
    ).toBe(
      `ValidationError: Stack:${stack.StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
    );
  }));

test.each([
  [{ DisableRollback: true }, "CREATE_FAILED", ["shop-Dead"]],
  [{ OnFailure: "DO_NOTHING" }, "CREATE_FAILED", ["shop-Dead"]],
  [{ OnFailure: "DELETE" }, "DELETE_COMPLETE", []],
])("CreateStack: %o when a resource fails", (options, status, left) =>
  withStacks(async (stacks) => {
    stacks.cloud.failWhen(({ operation, input }) =>
      operation === "sqs.CreateQueue" && String(input["QueueName"]).includes("Orders")
        ? "no room"
        : undefined,
    );
    const { StackId = "" } = await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody: CHAIN,
      ...options,
    });
    expect((await stacks.settled(StackId)).StackStatus).toBe(status);
    expect(urls(stacks)).toEqual(left);
  }),
);

test("CreateStack: a name that is taken is refused before anything is done to it", () =>
  withStacks(async (stacks) => {
    const template = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: mine}}}";
    await stacks.call("CreateStack", { StackName: "one", TemplateBody: template });
    await stacks.settled("one");
    await stacks.call("CreateStack", { StackName: "two", TemplateBody: template });
    expect((await stacks.settled("two")).StackStatus).toBe("ROLLBACK_COMPLETE");
    expect(urls(stacks)).toEqual(["mine"]);
    expect(
      await refusal(stacks.call("CreateStack", { StackName: "one", TemplateBody: template })),
    ).toBe("AlreadyExistsException: Stack [one] already exists");
  }));

test("parameters: from Parameter Store, and inside properties when they are used", () =>
  withStacks(async (stacks) => {
    stacks.cloud.parameters.set("/delay", "7");
    stacks.cloud.parameters.set("/owner:2", "me");
    await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody: `
Parameters: {Delay: {Type: "AWS::SSM::Parameter::Value<String>", Default: /delay}}
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay, Tags: [{Key: owner, Value: "{{resolve:ssm:/owner:2}}"}]}}`,
    });
    const stack = await stacks.settled("shop");
    expect(stack.Parameters).toMatchObject([
      { ParameterKey: "Delay", ParameterValue: "/delay", ResolvedValue: "7" },
    ]);
    const [queue] = stacks.cloud.things.values();
    expect(queue).toMatchObject({ attributes: { DelaySeconds: "7" }, tags: { owner: "me" } });
  }));

test("CreateStack: takes no longer than TimeoutInMinutes", () =>
  withStacks(async (stacks) => {
    stacks.cloud.dieAt(0, "before");
    await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody: CHAIN,
      TimeoutInMinutes: 1,
    });
    await stacks.advance(61_000);
    stacks.restart();
    const stack = await stacks.settled("shop");
    expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
    expect(urls(stacks)).toEqual([]);
  }));

test("CreateStack: answers once the stack is complete, if that is soon", async () => {
  const stacks = createTestStacks({ answerGraceMs: 2000 });
  stacks.start();
  const { StackId = "" } = await stacks.call("CreateStack", {
    StackName: "a",
    TemplateBody: CHAIN,
  });
  const { Stacks: [stack] = [] } = await stacks.call("DescribeStacks", { StackName: StackId });
  expect(stack?.StackStatus).toBe("CREATE_COMPLETE");
  stacks.cloud.dieAt(stacks.cloud.calls.length, "before");
  const slow = stacks.call("CreateStack", { StackName: "b", TemplateBody: CHAIN });
  await stacks.advance(2000);
  expect((await slow).StackId).toContain("stack/b/");
  await stacks.settledAs("a", "CREATE_COMPLETE");
});
