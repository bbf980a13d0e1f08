import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../languages/template/parse.ts";
import { transformSam } from "./transform.ts";

const FUNCTION =
  "Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: a.b, InlineCode: x";
const MACHINE = "Definition: {StartAt: A, States: {A: {Type: Succeed}}}";

describe("transform: refuses by name what is left out", () => {
  test.each([
    [
      "{A: {Type: AWS::Serverless::Application}}",
      "resource type AWS::Serverless::Application (resource A)",
    ],
    [
      `{A: {Type: AWS::Serverless::StateMachine, Properties: {${MACHINE}, Events: {E: {Type: Api}}}}}`,
      "event type Api (event E) of AWS::Serverless::StateMachine (resource A)",
    ],
    [
      `{A: {${FUNCTION}, PackageType: {Ref: Kind}}}}`,
      'PackageType {"Ref":"Kind"} of AWS::Serverless::Function (resource A)',
    ],
    [
      `{A: {${FUNCTION}, Events: {E: {Type: MSK, Properties: {}}}}}}`,
      "event type MSK (event E) (resource A)",
    ],
    [
      "{A: {Type: AWS::Serverless::HttpApi, Properties: {Domain: {}}}}",
      "property Domain of AWS::Serverless::HttpApi (resource A)",
    ],
  ])("%s", (resources, what) => {
    expect(() =>
      transformSam(parseTemplate(`Resources: ${resources}`), { parameters: {} }),
    ).toThrow(`Millrace does not support ${what}`);
  });

  test("Globals of a type that is left out", () => {
    const source = parseTemplate("Globals: {WebSocketApi: {}}\nResources: {}");
    expect(() => transformSam(source, { parameters: {} })).toThrow(
      "Millrace does not support Globals.WebSocketApi",
    );
  });
});

test("transform: takes the values of parameters that it has to know", () => {
  const source = parseTemplate(`
Resources: {A: {${FUNCTION}, Tracing: !Ref Tracing}}}`);
  const traced = (Tracing: string): unknown => {
    const { Resources: resources } = transformSam(source, { parameters: { Tracing } });
    return JSON.stringify(resources).includes("AWSXrayWriteOnlyAccess");
  };
  expect([traced("Active"), traced("Disabled")]).toEqual([true, false]);
});
