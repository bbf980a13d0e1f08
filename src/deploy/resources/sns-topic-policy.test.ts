import { expect, test } from "vitest";
import { createCloudFixture } from "../../testing/cloud-fixture.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:orders";

test("topic policy: set, and when it leaves the template the topic has the policy of its birth", async () => {
  const cloud = await createCloudFixture();
  const { TopicArn } = await cloud.call("sns", "CreateTopic", { Name: "orders" });
  expect(TopicArn).toBe(TOPIC);
  const policy = async (): Promise<unknown> => {
    const { Attributes } = await cloud.call("sns", "GetTopicAttributes", { TopicArn: TOPIC });
    return JSON.parse(Attributes?.["Policy"] ?? "null");
  };
  const born = await policy();
  const Statement = { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: TOPIC };
  const PolicyDocument = { Version: "2012-10-17", Statement: [Statement] };
  const Param = { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: "x" } };
  const Policy = { Type: "AWS::SNS::TopicPolicy", Properties: { PolicyDocument, Topics: [TOPIC] } };
  const deploy = async (operation: "CreateStack" | "UpdateStack", Resources: object) => {
    const TemplateBody = JSON.stringify({ Resources });
    await cloud.call("cloudformation", operation, { StackName: "s", TemplateBody });
    expect((await cloud.settled("s")).failures).toEqual([]);
  };
  await deploy("CreateStack", { Param, Policy });
  expect(await policy()).toEqual(PolicyDocument);
  await deploy("UpdateStack", { Param });
  expect(await policy()).toEqual(born);
  await cloud.stop();
});
