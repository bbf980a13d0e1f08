import { expect, test } from "vitest";
import { describedFeatures, templateHint } from "./template-hint.ts";

test.each([
  ["resource type AWS::SQS::Queu (resource A)", "Did you mean AWS::SQS::Queue?"],
  ["resource type AWS::sqs::Queue (resource A)", "Did you mean AWS::SQS::Queue?"],
  [
    "resource type AWS::Serverless::Fuction (resource A)",
    "Did you mean AWS::Serverless::Function?",
  ],
  ["property VisibiltyTimeout of AWS::SQS::Queue (resource A)", "Did you mean VisibilityTimeout?"],
])("templateHint: what was probably meant: %s", (what, hint) => {
  expect(templateHint(what)).toBe(hint);
});

test.each([
  "resource type AWS::EC2::Instance (resource A)",
  "property Nothing of AWS::SQS::Queue (resource A)",
  "property Nothing of AWS::EC2::Instance (resource A)",
  "event type MSK (event E) (resource A)",
])("templateHint: nothing is near: %s", (what) => {
  expect(templateHint(what)).toBeUndefined();
});

test("describedFeatures: everything at once, with the lines of the template", () => {
  const text = "Resources:\n  V: {Type: AWS::EC2::VPC}\n  Q:\n    Type: AWS::SQS::Queu\n";
  const features = [
    "Globals.GraphQLApi",
    "resource type AWS::EC2::VPC (resource V)",
    "resource type AWS::SQS::Queu (resource Q)",
    "event type MSK (event E) (resource Generated)",
  ];
  expect(describedFeatures(features, text)).toEqual({
    what: [
      "The template asks for what Millrace does not support:",
      "Globals.GraphQLApi",
      "resource type AWS::EC2::VPC (resource V, line 2)",
      "resource type AWS::SQS::Queu (resource Q, line 3)",
      "event type MSK (event E) (resource Generated)",
    ].join("\n  "),
    fix: "Did you mean AWS::SQS::Queue?",
  });
});
