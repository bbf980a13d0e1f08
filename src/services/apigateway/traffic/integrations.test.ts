import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import {
  createRestApiFixture,
  functionUri,
  jsonResult,
} from "../../../testing/rest-api-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";
import { AwsError } from "../../../wire/aws-error.ts";

const api = (integration: object, path = "/") => ({
  openapi: "3.0.1",
  info: { title: "api", version: "1" },
  paths: {
    [path]: {
      "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": integration },
    },
  },
});

describe("mock", () => {
  test("answers with the response of the status that its template says", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api({
        type: "mock",
        requestTemplates: { "application/json": '{"statusCode": 404}' },
        responses: {
          default: { statusCode: "200" },
          "4\\d\\d": {
            statusCode: "404",
            responseParameters: { "method.response.header.X-A": "'b'" },
            responseTemplates: { "application/json": '{"gone":true}' },
          },
        },
      }),
    );
    expect(await fixture.send(apiId, "/dev")).toMatchObject({
      status: 404,
      headers: { "x-a": "b", "content-type": "application/json" },
      body: '{"gone":true}',
    });
  });

  test("a type that no template takes is refused as the passthrough behaviour says", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api({
        type: "mock",
        passthroughBehavior: "never",
        requestTemplates: { "application/json": '{"statusCode": 200}' },
        responses: { default: { statusCode: "200" } },
      }),
    );
    const headers = { "content-type": "text/plain" };
    expect(await fixture.send(apiId, "/dev", { method: "POST", headers })).toMatchObject({
      status: 415,
      body: '{"message":"Unsupported Media Type"}',
    });
  });
});

describe("functions, mapped", () => {
  const mapped = api({
    type: "aws",
    httpMethod: "POST",
    uri: functionUri("f"),
    requestTemplates: { "application/json": "{\"got\": $input.json('$')}" },
    responses: {
      default: { statusCode: "200" },
      ".*not found.*": {
        statusCode: "404",
        responseTemplates: { "application/json": "{\"error\":$input.json('$.errorMessage')}" },
      },
    },
  });

  test("get what the template makes, and their errors choose the response", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(mapped);
    fixture.answerWith(async () => jsonResult({ fine: true }));
    const body = utf8Encode('{"a":1}');
    const good = await fixture.send(apiId, "/dev", { method: "POST", body });
    expect([good.status, good.body]).toEqual([200, '{"fine":true}']);
    expect(fixture.events[0]?.event).toEqual({ got: { a: 1 } });
    fixture.answerWith(async () => ({
      FunctionError: "Unhandled",
      ...jsonResult({ errorMessage: "order not found" }),
    }));
    const bad = await fixture.send(apiId, "/dev", { method: "POST", body });
    expect([bad.status, bad.body]).toEqual([404, '{"error":"order not found"}']);
  });
});

describe("services", () => {
  test("an action is called as a client would, and answers in its own protocol", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api({
        type: "aws",
        httpMethod: "POST",
        uri: "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem",
        requestTemplates: {
          "application/json": '{"TableName":"t","Key":{"id":{"S":"1"}}}',
        },
        responses: { default: { statusCode: "200" }, "4\\d\\d": { statusCode: "400" } },
      }),
    );
    fixture.answerOperations(async () => ({ Item: { id: { S: "1" } } }));
    const answer = await fixture.send(apiId, "/dev", { method: "POST" });
    expect([answer.status, answer.body]).toEqual([200, '{"Item":{"id":{"S":"1"}}}']);
    expect(fixture.operations).toEqual([
      { operation: "dynamodb:GetItem", input: { TableName: "t", Key: { id: { S: "1" } } } },
    ]);
    fixture.answerOperations(async () => {
      throw new AwsError({ code: "ResourceNotFoundException", message: "no table" });
    });
    const failed = await fixture.send(apiId, "/dev", { method: "POST" });
    expect([failed.status, JSON.parse(failed.body)]).toMatchObject([400, { message: "no table" }]);
  });

  const queue = (action: string, more: object = {}) =>
    api({
      type: "aws",
      httpMethod: "POST",
      uri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/orders",
      requestParameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
        ...more,
      },
      requestTemplates: { "application/json": `Action=${action}&MessageBody=$input.body` },
      responses: {
        default: { statusCode: "202" },
        "4\\d{2}": {
          statusCode: "400",
          responseTemplates: { "application/json": "$input.path('$.Error.Code')" },
        },
      },
    });
  const hello = { method: "POST", body: utf8Encode("hello") };

  test("a queue takes a form by its path, and answers in JSON", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(queue("SendMessage"));
    fixture.answerOperations(async () => ({ MessageId: "m", MD5OfMessageBody: "x" }));
    const answer = await fixture.send(apiId, "/dev", hello);
    const metadata = { RequestId: answer.headers["x-amzn-requestid"] };
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      202,
      {
        SendMessageResponse: {
          ResponseMetadata: metadata,
          SendMessageResult: {
            MD5OfMessageAttributes: null,
            MD5OfMessageBody: "x",
            MD5OfMessageSystemAttributes: null,
            MessageId: "m",
            SequenceNumber: null,
          },
        },
      },
    ]);
    expect(fixture.operations).toMatchObject([
      { operation: "sqs:SendMessage", input: { MessageBody: "hello" } },
    ]);
  });

  test("a queue takes an action with parameters of the query", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api({
        type: "aws",
        httpMethod: "POST",
        uri: "arn:aws:apigateway:us-east-1:sqs:action/SendMessage",
        requestParameters: {
          "integration.request.querystring.QueueUrl": "'http://localhost/000000000000/orders'",
          "integration.request.querystring.MessageBody": "method.request.body",
        },
        responses: { default: { statusCode: "200" } },
      }),
    );
    fixture.answerOperations(async () => ({ MessageId: "m" }));
    const headers = { host: "h", "content-type": "application/json" };
    const answer = await fixture.send(apiId, "/dev", { ...hello, headers });
    expect(JSON.parse(answer.body).SendMessageResponse.SendMessageResult.MessageId).toBe("m");
    expect(fixture.operations).toEqual([
      {
        operation: "sqs:SendMessage",
        input: { QueueUrl: "http://localhost/000000000000/orders", MessageBody: "hello" },
      },
    ]);
  });

  test("messages have the name of this form, and null where there are none", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(queue("ReceiveMessage"));
    const messages = async () => {
      const { body } = await fixture.send(apiId, "/dev", hello);
      return JSON.parse(body).ReceiveMessageResponse.ReceiveMessageResult.messages;
    };
    fixture.answerOperations(async () => ({ Messages: [{ MessageId: "m", Body: "x" }] }));
    expect(await messages()).toMatchObject([{ MessageId: "m", Body: "x", Attributes: null }]);
    fixture.answerOperations(async () => ({}));
    expect(await messages()).toBe(null);
  });

  test("a refusal of a queue is JSON with the code of its protocol", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(queue("SendMessage"));
    fixture.answerOperations(async () => {
      throw new AwsError({ code: "QueueDoesNotExist", message: "none" });
    });
    const answer = await fixture.send(apiId, "/dev", hello);
    expect([answer.status, answer.body]).toEqual([400, "AWS.SimpleQueueService.NonExistentQueue"]);
  });

  test("a queue answers in XML where the integration accepts that alone", async () => {
    const fixture = createRestApiFixture();
    const accept = { "integration.request.header.Accept": "'application/xml'" };
    const apiId = await fixture.imported(queue("SendMessage", accept));
    fixture.answerOperations(async () => ({ MessageId: "m" }));
    expect((await fixture.send(apiId, "/dev", hello)).body).toContain("<MessageId>m</MessageId>");
  });
});

describe("HTTP", () => {
  test("a proxy passes the request on, and the answer back", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api(
        {
          type: "http_proxy",
          httpMethod: "ANY",
          uri: "http://shop.example/v1/{proxy}",
          requestParameters: {
            "integration.request.path.proxy": "method.request.path.proxy",
            "integration.request.header.X-Stage": "context.stage",
          },
        },
        "/{proxy+}",
      ),
    );
    fixture.http.script(() => httpAnswer(418, "tea", { "x-pot": "1" }, ["a=1", "b=2"]));
    const answer = await fixture.send(apiId, "/dev/a/b?x=1", {
      method: "PUT",
      headers: { "x-own": "y" },
      body: utf8Encode("in"),
    });
    expect(answer).toMatchObject({
      status: 418,
      headers: { "x-pot": "1", "set-cookie": "a=1, b=2" },
      body: "tea",
    });
    const [request] = fixture.http.requests;
    expect(request).toMatchObject({
      method: "PUT",
      url: "http://shop.example/v1/a/b?x=1",
      headers: { "x-own": "y", "X-Stage": "dev" },
      timeoutMs: 29_000,
    });
    expect(utf8Decode(request?.body as Uint8Array)).toBe("in");
  });

  test("an endpoint that fails is told by the gateway", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      api({ type: "http_proxy", httpMethod: "GET", uri: "http://shop.example/" }),
    );
    const failing = (reason: "timeout" | "connection") =>
      fixture.http.script(() => ({ kind: "failure", reason, message: "no" }));
    failing("connection");
    expect(await fixture.send(apiId, "/dev")).toMatchObject({
      status: 504,
      body: '{"message":"Network error communicating with endpoint"}',
    });
    failing("timeout");
    expect((await fixture.send(apiId, "/dev")).body).toBe(
      '{"message":"Endpoint request timed out"}',
    );
  });
});

describe("tests of methods and authorizers", () => {
  test("a method answers as it is, not as it was deployed, with a log", async () => {
    const fixture = createRestApiFixture();
    const restApiId = await fixture.imported(
      api({ type: "aws_proxy", httpMethod: "POST", uri: functionUri("f") }, "/orders/{id}"),
    );
    const { items = [] } = await fixture.call("GetResources", { restApiId });
    const resourceId = items.find(({ path }) => path === "/orders/{id}")?.id ?? "";
    const place = { restApiId, resourceId, httpMethod: "ANY" };
    const patchOperations = [{ op: "replace", path: "/uri", value: functionUri("g") }];
    await fixture.call("UpdateIntegration", { ...place, patchOperations });
    const answer = await fixture.call("TestInvokeMethod", {
      ...place,
      pathWithQueryString: "/orders/7?x=1",
      headers: { "X-Kind": "a" },
      body: "in",
    });
    expect(answer).toMatchObject({ status: 200, body: "hello" });
    expect(answer.log).toContain("Method completed with status: 200");
    expect(fixture.events).toMatchObject([
      {
        name: "g",
        event: {
          path: "/orders/7",
          pathParameters: { id: "7" },
          queryStringParameters: { x: "1" },
          headers: { "X-Kind": "a" },
          body: "in",
          requestContext: { stage: "test-invoke-stage" },
        },
      },
    ]);
  });

  test("an authorizer tells what it decided", async () => {
    const fixture = createRestApiFixture();
    const { id: restApiId = "" } = await fixture.call("CreateRestApi", { name: "api" });
    const { id: authorizerId = "" } = await fixture.call("CreateAuthorizer", {
      restApiId,
      name: "guard",
      type: "TOKEN",
      authorizerUri: functionUri("guard"),
      identitySource: "method.request.header.X-Token",
    });
    fixture.answerWith(async () => jsonResult({ principalId: "me", policyDocument: { a: 1 } }));
    const place = { restApiId, authorizerId };
    expect(await fixture.call("TestInvokeAuthorizer", place)).toMatchObject({ clientStatus: 401 });
    const headers = { "X-Token": "t" };
    expect(await fixture.call("TestInvokeAuthorizer", { ...place, headers })).toMatchObject({
      clientStatus: 200,
      principalId: "me",
      policy: '{"a":1}',
    });
  });
});

describe("logs", () => {
  test("of accesses and of executions are handed over, data only when it is asked for", async () => {
    const fixture = createRestApiFixture();
    const restApiId = await fixture.imported(
      api({ type: "aws_proxy", httpMethod: "POST", uri: functionUri("f") }),
    );
    const arn = "arn:aws:logs:us-east-1:000000000000:log-group:accesses";
    await fixture.call("UpdateStage", {
      restApiId,
      stageName: "dev",
      patchOperations: [
        { op: "replace", path: "/accessLogSettings/destinationArn", value: arn },
        {
          op: "replace",
          path: "/accessLogSettings/format",
          value: "$context.requestId $context.identity.sourceIp $context.status $context.nothing",
        },
        { op: "replace", path: "/*/*/logging/loglevel", value: "INFO" },
      ],
    });
    const answer = await fixture.send(restApiId, "/dev");
    await fixture.clock.advance(1);
    const put = fixture.operations.filter(({ operation }) => operation === "logs:PutLogEvents");
    const byGroup = new Map(
      put.map(({ input }) => {
        const { logGroupName, logEvents } = input as {
          logGroupName: string;
          logEvents: readonly { message: string }[];
        };
        return [logGroupName, logEvents.map(({ message }) => message)] as const;
      }),
    );
    const requestId = answer.headers["x-amzn-requestid"];
    expect(byGroup.get("accesses")).toEqual([`${requestId} 127.0.0.1 200 -`]);
    const lines = byGroup.get(`API-Gateway-Execution-Logs_${restApiId}/dev`) ?? [];
    expect(lines[0]).toBe(`(${requestId}) Starting execution for request: ${requestId}`);
    expect(lines.some((line) => line.includes("Endpoint request body"))).toBe(false);
  });
});
