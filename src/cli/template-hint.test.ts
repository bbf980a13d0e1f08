import { expect, test } from "vitest";
import { templateHint } from "./template-hint.ts";

test.each([
  ["resource type AWS::SQS::Queu (resource A)", "Did you mean AWS::SQS::Queue?"],
  ["resource type AWS::sqs::Queue (resource A)", "Did you mean AWS::SQS::Queue?"],
  [
    "resource type AWS::Serverless::Fuction (resource A)",
    "Did you mean AWS::Serverless::Function?",
  ],
  ["property VisibiltyTimeout of AWS::SQS::Queue (resource A)", "Did you mean VisibilityTimeout?"],
])("templateHint: what was probably meant: %s", (what, hint) => {
  expect(templateHint(`Millrace does not support ${what}`)).toBe(hint);
});

test.each([
  "resource type AWS::EC2::Instance (resource A)",
  "property Nothing of AWS::SQS::Queue (resource A)",
  "property Nothing of AWS::EC2::Instance (resource A)",
  "event type MSK (event E) (resource A)",
])("templateHint: nothing is near: %s", (what) => {
  expect(templateHint(`Millrace does not support ${what}`)).toBeUndefined();
});

test.each([
  "event type Api (event E) (resource A)",
  "resource type AWS::Serverless::Api (resource A)",
])("templateHint: what there is instead of a REST API: %s", (what) => {
  expect(templateHint(`Millrace does not support ${what}`)).toContain("HttpApi");
});
