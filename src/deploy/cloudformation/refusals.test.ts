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
  [
    "Resources: {V: {Type: AWS::EC2::VPC}, Q: {Type: AWS::SQS::Queue, Properties: {Colour: red, Size: 1}}}",
    "Millrace does not support:\n- resource type AWS::EC2::VPC (resource V)\n- property Colour of AWS::SQS::Queue (resource Q)\n- property Size of AWS::SQS::Queue (resource Q)",
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

test("SAM's features that are left out are named with those of CloudFormation", () =>
  withStacks(async (stacks) => {
    const refused = stacks.call("CreateStack", {
      StackName: "s",
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
      TemplateBody: `
Transform: AWS::Serverless-2016-10-31
Globals: {GraphQLApi: {XrayEnabled: true}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: a.b, InlineCode: x, Events: {E: {Type: MSK, Properties: {}}}}}
  Broken: {Type: AWS::Serverless::Function, Properties: {Nothing: 1}}
  G: {Type: AWS::Serverless::GraphQLApi}
  V: {Type: AWS::EC2::VPC}`,
    });
    expect(await refusal(refused)).toBe(
      [
        "ValidationError: Millrace does not support:",
        "- Globals.GraphQLApi",
        "- resource type AWS::Serverless::GraphQLApi (resource G)",
        "- event type MSK (event E) (resource F)",
        "- resource type AWS::EC2::VPC (resource V)",
      ].join("\n"),
    );
  }));

test("what a condition takes away may be of any type", () =>
  withStacks(async (stacks) => {
    await stacks.call("CreateStack", {
      StackName: "shop",
      TemplateBody: `
Conditions: {Never: !Equals [a, b]}
Resources:
  V: {Type: AWS::EC2::VPC, Condition: Never, Properties: {CidrBlock: x}}
  Q: {Type: AWS::SQS::Queue, Properties: {Colour: !If [Never, !Ref V, !Ref AWS::NoValue]}}`,
    });
    await stacks.settledAs("shop", "CREATE_COMPLETE");
  }));

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
