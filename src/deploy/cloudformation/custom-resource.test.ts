/** What providers of custom resources are asked, and what their answers do. */
import { describe, expect, test } from "vitest";
import {
  createCustom,
  customCreated,
  customTemplate,
  outputsOf,
  PROVIDER,
  reasonOf,
  succeedRequest,
  takeRequest,
} from "../../testing/provider-fixture.ts";
import { takeRecorded } from "../../testing/recording-sink.ts";
import { refusal, withStacks } from "../../testing/stacks-fixture.ts";

describe("a request", () => {
  test("create: has what AWS sends, every scalar as a text", () =>
    withStacks(async (stacks) => {
      await createCustom(
        stacks,
        customTemplate(
          'Count: 3, Enabled: true, Deep: {List: [1, false, "x"]}, ServiceTimeout: 60',
        ),
      );
      const { target, sourceArn, event } = await takeRequest(stacks);
      const { Stacks: [stack] = [] } = await stacks.call("DescribeStacks", { StackName: "shop" });
      expect(target).toBe(PROVIDER);
      expect(sourceArn).toBe(stack?.StackId);
      expect(event).toEqual({
        RequestType: "Create",
        ServiceToken: PROVIDER,
        ResponseURL: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:4566\/_cloudformation-response\/[\w-]{43}$/,
        ),
        StackId: stack?.StackId,
        RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        LogicalResourceId: "Thing",
        ResourceType: "Custom::Thing",
        ResourceProperties: {
          ServiceToken: PROVIDER,
          Count: "3",
          Enabled: "true",
          Deep: { List: ["1", "false", "x"] },
          ServiceTimeout: "60",
        },
      });
    }));

  test("create: goes to a topic, with a subject", () =>
    withStacks(async (stacks) => {
      const topic = "arn:aws:sns:us-east-1:000000000000:providers";
      await createCustom(
        stacks,
        `
Resources:
  Thing: {Type: "AWS::CloudFormation::CustomResource", Properties: {ServiceToken: "${topic}"}}
`,
      );
      const { target, subject, event } = await takeRequest(stacks);
      expect([target, subject, event["ResourceType"]]).toEqual([
        topic,
        "AWS CloudFormation custom resource request",
        "AWS::CloudFormation::CustomResource",
      ]);
    }));

  test.each([
    ["a function that is gone", "ServiceToken", `${PROVIDER}-missing`, "Function not found: "],
    ["no ARN", "ServiceToken", "provider", "Invalid service token."],
    ["another region", "ServiceToken", PROVIDER.replace("us-east-1", "eu-west-1"), "Invalid serv"],
    ["a service that answers nothing", "ServiceToken", "arn:aws:sqs:us-east-1:0:q", "Invalid serv"],
    ["a time-out too long", "ServiceTimeout", "3601", "ServiceTimeout must be an integer from 1"],
  ])("create: fails for %s, and nobody is asked to delete", async (_, name, value, reason) =>
    withStacks(async (stacks) => {
      const body = customTemplate("A: 1").replace(/(?=A: 1)/, `${name}: "${value}", `);
      const once =
        name === "ServiceToken" ? body.replace(/ServiceToken: "[^"]*provider", /, "") : body;
      await createCustom(stacks, once);
      await stacks.settledAs("shop", "ROLLBACK_COMPLETE");
      expect(await reasonOf(stacks, "CREATE_FAILED")).toContain(reason);
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }),
  );

  test("create: a type whose name is not one is refused", () =>
    withStacks(async (stacks) => {
      const body = customTemplate("A: 1").replace("Custom::Thing", `Custom::${"x".repeat(61)}`);
      expect(await refusal(createCustom(stacks, body))).toContain("does not support resource type");
    }));
});

describe("an answer", () => {
  test("data: is what Fn::GetAtt gives, a dot being part of a name", () =>
    withStacks(async (stacks) => {
      await createCustom(
        stacks,
        customTemplate("A: 1", {
          outputs:
            "{Id: {Value: !Ref Thing}, Flat: {Value: !GetAtt Thing.a.b}, " +
            `Number: {Value: !Sub "n\${Thing.n}"}, Joined: {Value: !Join ["+", !GetAtt Thing.list]}}`,
        }),
      );
      await succeedRequest(stacks, { Data: { "a.b": "flat", n: 4, list: ["x", "y"] } });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      expect(await outputsOf(stacks)).toEqual({
        Id: "thing-1",
        Flat: "flat",
        Number: "n4",
        Joined: "x+y",
      });
    }));

  test("data: a name that is not in it fails what needs it", () =>
    withStacks(async (stacks) => {
      const outputs = "{Deep: {Value: !GetAtt Thing.a.b}}";
      await createCustom(stacks, customTemplate("A: 1", { outputs }));
      await succeedRequest(stacks, { Data: { a: { b: "deep" } } });
      const { event } = await takeRequest(stacks);
      expect(event.RequestType).toBe("Delete");
      const { Stacks: [stack] = [] } = await stacks.call("DescribeStacks", { StackName: "shop" });
      expect(stack?.StackStatusReason).toContain(
        "CustomResource attribute error: Vendor response doesn't contain a.b key in object",
      );
    }));

  test("data: another resource gets it before it is made", () =>
    withStacks(async (stacks) => {
      const more = "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Thing.Name}}";
      await createCustom(stacks, customTemplate("A: 1", { more }));
      await succeedRequest(stacks, { Data: { Name: "from-provider" } });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      expect([...stacks.cloud.things.keys()]).toEqual([
        "http://127.0.0.1/000000000000/from-provider",
      ]);
    }));

  test("NoEcho: hides values in outputs and events, and gives them to resources", () =>
    withStacks(async (stacks) => {
      const more =
        "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Thing.Name, DelaySeconds: 5}}";
      const told = `{Name: {Value: !Sub "it is \${Thing.Name}", Export: {Name: n}}}`;
      await createCustom(stacks, customTemplate("A: 1", { more, outputs: told }));
      await succeedRequest(stacks, { NoEcho: true, Data: { Name: "hidden" } });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      expect(await outputsOf(stacks)).toEqual({ Name: "it is *****" });
      expect((await stacks.call("ListExports", {})).Exports?.[0]?.Value).toBe("it is *****");
      const { StackEvents: all = [] } = await stacks.call("DescribeStackEvents", {
        StackName: "shop",
      });
      const properties = all
        .filter((one) => one.LogicalResourceId === "Queue")
        .map((one) => one.ResourceProperties);
      expect(new Set(properties)).toEqual(new Set(['{"QueueName":"*****","DelaySeconds":5}']));
      expect([...stacks.cloud.things.keys()][0]).toMatch(/\/hidden$/);
    }));

  test.each([
    [
      "fails",
      { Status: "FAILED", Reason: "no luck", PhysicalResourceId: "half" },
      /^Received response status \[FAILED\] from custom resource\. Message returned: no luck \(RequestId: [\w-]{36}\)$/,
      "half",
    ],
    ["has no physical id", { Status: "SUCCESS" }, /^Invalid PhysicalResourceId$/, undefined],
    [
      "has an empty one",
      { Status: "FAILED", PhysicalResourceId: "" },
      /^Invalid PhysicalResourceId$/,
      undefined,
    ],
    [
      "has no status",
      { Status: "FAILURE", PhysicalResourceId: "x" },
      /'FAILURE' is not a valid ResponseStatus$/,
      undefined,
    ],
    [
      "has data that is none",
      { Status: "SUCCESS", PhysicalResourceId: "x", Data: "y" },
      /^Invalid Response object: Value of property Data/,
      undefined,
    ],
    ["is not JSON", "{", /^Invalid Response object/, undefined],
    ["is too long", " ".repeat(4097), /^Response object is too long\.$/, undefined],
  ])(
    "create: one that %s rolls back, with a delete for what may be there",
    async (_, answer, reason, id) =>
      withStacks(async (stacks) => {
        await createCustom(stacks, customTemplate("A: 1"));
        const { event } = await takeRequest(stacks);
        await stacks.answer(event.ResponseURL, answer);
        const deletion = await succeedRequest(stacks, { PhysicalResourceId: "whatever" });
        await stacks.settledAs("shop", "ROLLBACK_COMPLETE");
        expect(await reasonOf(stacks, "CREATE_FAILED")).toMatch(reason);
        expect(deletion).toMatchObject({
          RequestType: "Delete",
          PhysicalResourceId: id ?? expect.stringMatching(/^shop-Thing-\w{12}$/),
          ResourceProperties: { A: "1" },
        });
        expect(deletion.RequestId).not.toBe(event.RequestId);
        expect(await stacks.events("shop")).toEqual([
          "- CREATE_IN_PROGRESS",
          "Thing CREATE_IN_PROGRESS",
          "Thing CREATE_FAILED",
          "- ROLLBACK_IN_PROGRESS",
          "Thing DELETE_IN_PROGRESS",
          "Thing DELETE_COMPLETE",
          "- ROLLBACK_COMPLETE",
        ]);
      }),
  );

  test("take: 4096 bytes are not too many", () =>
    withStacks(async (stacks) => {
      await createCustom(stacks, customTemplate("A: 1"));
      const { event } = await takeRequest(stacks);
      const body = JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "x" });
      await stacks.answer(event.ResponseURL, body.padEnd(4096));
      await stacks.settledAs("shop", "CREATE_COMPLETE");
    }));

  test("take: the first counts, later ones are taken until the URL expires", () =>
    withStacks(async (stacks) => {
      await createCustom(stacks, customTemplate("ServiceTimeout: 60"));
      const { ResponseURL: url } = await succeedRequest(stacks);
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      expect(await stacks.answer(url, { Status: "FAILED", PhysicalResourceId: "x" })).toBe(true);
      await stacks.advance(60_000);
      expect(await stacks.answer(url, { Status: "FAILED", PhysicalResourceId: "x" })).toBe(false);
      await stacks.settledAs("shop", "CREATE_COMPLETE");
    }));

  test("take: a URL that was never given out takes nothing", () =>
    withStacks(async (stacks) => {
      expect(await stacks.answer("/nobody", {})).toBe(false);
    }));
});

describe("no answer", () => {
  test.each([
    ["ServiceTimeout", "ServiceTimeout: 90", 90_000],
    ["an hour", "A: 1", 3_600_000],
  ])("create: fails after %s, by the engine's clock", async (_, properties, timeoutMs) =>
    withStacks(async (stacks) => {
      await createCustom(stacks, customTemplate(properties));
      const { event } = await takeRequest(stacks);
      await stacks.advance(timeoutMs - 1);
      expect(await takeRecorded(stacks.store)).toEqual([]);
      await stacks.advance(1);
      const deletion = await succeedRequest(stacks);
      await stacks.settledAs("shop", "ROLLBACK_COMPLETE");
      expect(deletion.RequestType).toBe("Delete");
      expect(await reasonOf(stacks, "CREATE_FAILED")).toBe(
        `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${event.RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.`,
      );
      expect(await stacks.answer(event.ResponseURL, {})).toBe(false);
    }),
  );

  test("delete: fails the deletion, which can be tried again", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("ServiceTimeout: 5"));
      await stacks.call("DeleteStack", { StackName: "shop" });
      await takeRequest(stacks);
      await stacks.advance(5000);
      await stacks.settledAs("shop", "DELETE_FAILED");
      const { Stacks: [stack] = [] } = await stacks.call("DescribeStacks", { StackName: "shop" });
      await stacks.call("DeleteStack", { StackName: "shop" });
      expect((await succeedRequest(stacks)).PhysicalResourceId).toBe("thing-1");
      await stacks.settledAs(stack?.StackId ?? "", "DELETE_COMPLETE");
    }));
});
