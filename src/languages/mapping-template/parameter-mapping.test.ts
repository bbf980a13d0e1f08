import { describe, expect, test } from "vitest";
import { gatewayError, substituteVariables } from "./gateway-response-template.ts";
import {
  evaluateParameterMapping,
  type ParameterSource,
  parseParameterMapping,
} from "./parameter-mapping.ts";

const SOURCE: ParameterSource = {
  parameters: {
    header: { "X-One": ["a", "b"] },
    querystring: { q: ["1", "2"] },
    path: { id: ["7"] },
  },
  body: '{"petstore":{"pets":[{"name":"Rex","tags":["x"]}],"open":true},"redirect":{"url":"/n"}}',
  context: { requestId: "r", identity: { sourceIp: "1.2.3.4" }, authorizer: { n: "1" } },
  stageVariables: { v: "blue" },
};

function valuesOf(text: string, of: "method.request" | "integration.response" = "method.request") {
  const mapping = parseParameterMapping(text, of);
  return mapping === undefined ? undefined : evaluateParameterMapping(mapping, SOURCE);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
describe("parameter mapping", () => {
  test.each([
    ["method.request.header.x-one", ["b"]],
    ["method.request.multivalueheader.X-One", ["a", "b"]],
    ["method.request.querystring.q", ["2"]],
    ["method.request.querystring.Q", []],
    ["method.request.multivaluequerystring.q", ["1", "2"]],
    ["method.request.path.id", ["7"]],
    ["method.request.body", [SOURCE.body]],
    ["method.request.body.petstore.pets[0].name", ["Rex"]],
    ["method.request.body.petstore.pets[0].tags", ['["x"]']],
    ["method.request.body.petstore.pets[0]", ['{"name":"Rex","tags":["x"]}']],
    ["method.request.body.petstore.open", ["true"]],
    ["method.request.body.nothing", []],
    ["context.requestId", ["r"]],
    ["context.identity.sourceIp", ["1.2.3.4"]],
    ["context.identity", ['{"sourceIp":"1.2.3.4"}']],
    ["context.authorizer.missing", []],
    ["stageVariables.v", ["blue"]],
    ["stageVariables.constructor", []],
    ["context.constructor", []],
    ["method.request.header.constructor", []],
    ["'static, value'", ["static, value"]],
    ["''", [""]],
    ["static", undefined],
    ["'", undefined],
    ["method.request.multivaluepath.id", undefined],
    ["method.request.body.", undefined],
    ["method.request.bodyx", undefined],
    ["method.request.cookie.x", undefined],
    ["integration.response.header.x", undefined],
  ])("request: %s", (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test.each([
    ["integration.response.header.X-ONE", ["b"]],
    ["integration.response.multivalueheader.x-one", ["a", "b"]],
    ["integration.response.body.redirect.url", ["/n"]],
    ["integration.response.querystring.q", undefined],
    ["method.request.header.x-one", undefined],
  ])("response: %s", (text, values) => {
    expect(valuesOf(text, "integration.response")).toEqual(values);
  });

  test("body: one that is no JSON has nothing of a path", () => {
    const mapping = parseParameterMapping("method.request.body.a", "method.request");
    expect(mapping && evaluateParameterMapping(mapping, { ...SOURCE, body: '{"a":' })).toEqual([]);
  });
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-gateway-response-using-the-console.html */
describe("gateway responses", () => {
  const context = { ...SOURCE.context, error: gatewayError("UNAUTHORIZED", 'a "b"', '["x"]') };
  test.each([
    ['{"message":$context.error.messageString}', '{"message":"a \\"b\\""}'],
    [
      "$context.error.message|$context.error.responseType|$context.error.validationErrorString",
      'a "b"|UNAUTHORIZED|[\\"x\\"]',
    ],
    ["$context.requestId!$stageVariables.v!$method.request.querystring.q", "r!blue!2"],
    ["$" + "{context.requestId}x", "rx"],
    [
      "$context.nothing|$method.request.header.none|$input.body|#if(true)",
      "||$input.body|#if(true)",
    ],
  ])("template: %s", (template, text) => {
    expect(substituteVariables(template, { ...SOURCE, context })).toBe(text);
  });

  test("an error without a message is null, without quotes", () => {
    expect(gatewayError("DEFAULT_5XX", null)).toEqual({
      message: null,
      messageString: "null",
      responseType: "DEFAULT_5XX",
    });
  });
});
