import { expect, test } from "vitest";
import { refusal, withStacks } from "../../testing/stacks-fixture.ts";

const ROLE = `
Resources:
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}`;
const SAM = `
Transform: AWS::Serverless-2016-10-31
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: a.b, InlineCode: x}}`;

test.each([
  [ROLE, [], "Requires capabilities : [CAPABILITY_IAM]"],
  [
    ROLE.replace("Properties: {", "Properties: {RoleName: r, "),
    ["CAPABILITY_IAM"],
    "Requires capabilities : [CAPABILITY_NAMED_IAM]",
  ],
  [SAM, ["CAPABILITY_IAM"], "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"],
])("capabilities: %s with %j", (template, given, message) =>
  withStacks(async (stacks) => {
    const input = { StackName: "s", TemplateBody: template, Capabilities: given };
    expect(await refusal(stacks.call("CreateStack", input))).toBe(
      `InsufficientCapabilitiesException: ${message}`,
    );
  }),
);

test.each([
  [
    "Resources: {A: {Type: Foo::Bar}, B: {Type: X::Y::Z}}",
    "Template format error: Unrecognized resource types: [Foo::Bar, X::Y::Z]",
  ],
  [
    "Resources: {A: {Type: AWS::EC2::VPC}}",
    "Millrace does not support resource type AWS::EC2::VPC (resource A)",
  ],
  [
    "Resources: {A: {Type: AWS::SQS::Queue, Properties: {Colour: red}}}",
    "Millrace does not support property Colour of AWS::SQS::Queue (resource A)",
  ],
  ["Transform: Mine\nResources: {A: {Type: AWS::SQS::Queue}}", "No transform named Mine found."],
  [
    "Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::SQS::Queue}}",
    "Parameters: [P] must have values",
  ],
])("CreateStack: %s is refused by name", (template, message) =>
  withStacks(async (stacks) => {
    const input = { StackName: "s", TemplateBody: template };
    expect(await refusal(stacks.call("CreateStack", input))).toBe(`ValidationError: ${message}`);
  }),
);

test("a property inside an object that is not known fails the resource by name", () =>
  withStacks(async (stacks) => {
    await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody:
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: a, Value: b, More: c}], DelaySeconds: x}}}",
    });
    await stacks.settledAs("shop", "ROLLBACK_COMPLETE");
    const { StackEvents: events = [] } = await stacks.call("DescribeStackEvents", {
      StackName: "shop",
    });
    expect(events.map(({ ResourceStatusReason: reason }) => reason)).toContain(
      "Millrace does not support property Tags.0.More of AWS::SQS::Queue",
    );
  }));
