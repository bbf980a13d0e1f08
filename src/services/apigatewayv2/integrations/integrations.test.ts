import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import {
  createHttpApiFixture,
  emptyHttpApi,
  type HttpApiFixture,
  jsonResult,
} from "../../../testing/http-api-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";

type Integration = Omit<Input<"apigatewayv2", "CreateIntegration">, "ApiId">;

/** An API whose one route leads to an integration, and both their ids. */
async function apiTo(
  { call, ...rest }: HttpApiFixture,
  integration: Integration,
  RouteKey = "ANY /in/{id}/{rest+}",
): Promise<{ readonly apiId: string; readonly integrationId: string }> {
  const ApiId = await emptyHttpApi({ call, ...rest });
  const { IntegrationId = "" } = await call("CreateIntegration", { ApiId, ...integration });
  await call("CreateRoute", { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
  return { apiId: ApiId, integrationId: IntegrationId };
}

const proxy: Integration = {
  IntegrationType: "HTTP_PROXY",
  IntegrationMethod: "ANY",
  IntegrationUri: "https://backend.example/v1/{id}/{rest}?fixed=1",
  PayloadFormatVersion: "1.0",
};

describe("HTTP_PROXY", () => {
  test("passes the request on, and the response back", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(given, proxy);
    given.http.script(() =>
      httpAnswer(201, "made", { "x-kind": "a", connection: "close" }, ["a=1", "b=2"]),
    );
    const answer = await given.send(apiId, {
      method: "POST",
      path: "/in/a%20b/c/d%3Fe",
      query: "q=1",
      headers: {
        host: "h",
        connection: "close",
        "x-mine": "1",
        "x-forwarded-for": "10.0.0.1",
        "x-amzn-trace-id": "Root=1",
      },
      body: utf8Encode("body"),
    });
    expect(answer).toEqual({
      status: 201,
      headers: {
        "x-kind": "a",
        "set-cookie": "a=1, b=2",
        "apigw-requestid": expect.any(String),
      },
      body: "made",
    });
    const [sent] = given.http.requests;
    expect(sent).toMatchObject({
      url: "https://backend.example/v1/a%20b/c/d%3Fe?fixed=1&q=1",
      method: "POST",
      timeoutMs: 30_000,
    });
    expect(utf8Decode(sent?.body as Uint8Array)).toBe("body");
    expect(sent?.headers).toEqual({
      "x-mine": "1",
      forwarded: `for=127.0.0.1;host=${apiId}.execute-api.localhost:4566;proto=http`,
      via: "HTTP/1.1 AmazonAPIGateway",
      "x-amzn-trace-id": "Root=1",
    });
  });

  test("a method of its own, a time limit, and 503 for an endpoint that does not answer", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(
      given,
      { ...proxy, IntegrationMethod: "PUT", TimeoutInMillis: 500 },
      "GET /in/{id}/{rest+}",
    );
    given.http.script(() => ({ kind: "failure", reason: "timeout", message: "No answer" }));
    const answer = await given.send(apiId, { path: "/in/1/2" });
    expect(answer).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    expect(given.http.requests[0]).toMatchObject({ method: "PUT", timeoutMs: 500 });
    expect(given.http.requests[0]?.body).toBeUndefined();
  });
});

describe("parameter mapping", () => {
  test("of a request: headers, query strings, the path", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(given, {
      ...proxy,
      RequestParameters: {
        "append:header.x-mine": "$request.querystring.q",
        "overwrite:header.x-id": "$context.requestId",
        "overwrite:header.x-absent": "$request.header.absent",
        "remove:header.x-secret": "''",
        "append:querystring.q": `id-\${request.path.id}`,
        "remove:querystring.gone": "''",
        "overwrite:querystring.sum": "$request.body.items[0]['sum']",
        "overwrite:path": "/other/$request.path.rest",
      },
    });
    const answer = await given.send(apiId, {
      method: "POST",
      path: "/in/7/x/y",
      query: "q=1&q=2&gone=1&g%6fne=2",
      headers: { "x-mine": "a", "x-secret": "s" },
      body: utf8Encode('{"items":[{"sum":5}]}'),
    });
    const [sent] = given.http.requests;
    expect(sent?.url).toBe("https://backend.example/other/x/y?fixed=1&q=1&q=2&q=id-7&sum=5");
    expect(sent?.headers).toMatchObject({
      "x-mine": "a,1,2",
      "x-id": answer.headers["apigw-requestid"],
    });
    expect(sent?.headers).not.toHaveProperty("x-secret");
    expect(sent?.headers).not.toHaveProperty("x-absent");
  });

  test("of a request to a function: as its event tells", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(given, {
      IntegrationType: "AWS_PROXY",
      IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:orders",
      PayloadFormatVersion: "2.0",
      RequestParameters: { "overwrite:path": "/$request.path.rest", "append:header.x-a": "b" },
    });
    await given.send(apiId, { path: "/in/1/x" });
    expect(given.events()[0]).toMatchObject({ rawPath: "/x", headers: { "x-a": "b" } });
  });

  test("of a response: by its status", async () => {
    const given = createHttpApiFixture();
    const { apiId, integrationId } = await apiTo(given, {
      ...proxy,
      ResponseParameters: {
        "500": { "overwrite:statuscode": "403", "append:header.x-kind": "$response.body.why" },
        "404": {
          "remove:header.x-kind": "''",
          "overwrite:header.x-was": "$response.header.x-kind",
        },
      },
    });
    const answered = async (status: number): Promise<unknown> => {
      given.http.script(() => httpAnswer(status, '{"why":"w"}', { "x-kind": "a" }));
      const { headers, ...answer } = await given.send(apiId, { path: "/in/1/2" });
      return [answer.status, headers["x-kind"], headers["x-was"]];
    };
    expect(await answered(500)).toEqual([403, "a,w", undefined]);
    expect(await answered(404)).toEqual([404, undefined, "a"]);
    expect(await answered(200)).toEqual([200, "a", undefined]);
    const updated = await given.call("UpdateIntegration", {
      ApiId: apiId,
      IntegrationId: integrationId,
      ResponseParameters: {
        "500": {},
        "404": { "remove:header.x-kind": "''", "overwrite:header.x-was": "" },
      },
    });
    expect(updated.ResponseParameters).toEqual({ "404": { "remove:header.x-kind": "''" } });
    expect(await answered(500)).toEqual([500, "a", undefined]);
  });
});

const service = (IntegrationSubtype: string, RequestParameters: Record<string, string>) => ({
  IntegrationType: "AWS_PROXY",
  IntegrationSubtype,
  PayloadFormatVersion: "1.0",
  CredentialsArn: "arn:aws:iam::000000000000:role/api",
  RequestParameters,
});

describe("services", () => {
  test("EventBridge-PutEvents: an entry from the request, the answer in its protocol", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(
      given,
      service("EventBridge-PutEvents", {
        Source: "shop",
        DetailType: "$request.header.x-type",
        Detail: "$request.body",
        Resources: "$request.querystring.r",
        Region: "eu-west-1",
      }),
      "POST /events",
    );
    given.answerOperations(async () => ({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] }));
    const answer = await given.send(apiId, {
      method: "POST",
      path: "/events",
      query: "r=a,b",
      headers: { "x-type": "order" },
      body: utf8Encode('{"a":1}'),
    });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"EventId":"e"') });
    expect(answer.headers).toHaveProperty("apigw-requestid");
    expect(given.operations).toEqual([
      {
        region: "eu-west-1",
        service: "events",
        operation: "PutEvents",
        input: {
          Entries: [
            { Source: "shop", DetailType: "order", Detail: '{"a":1}', Resources: ["a", "b"] },
          ],
        },
      },
    ]);
  });

  test("SQS-SendMessage: in XML; what the service refuses goes to the client", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(
      given,
      service("SQS-SendMessage", {
        QueueUrl: "http://localhost/q",
        MessageBody: "$request.body.message",
        DelaySeconds: "$request.querystring.delay",
        MessageAttributes: '{"a":{"DataType":"String","StringValue":"b"}}',
      }),
      "POST /",
    );
    const send = (body: string, query = "") =>
      given.send(apiId, { method: "POST", query, body: utf8Encode(body) });
    given.answerOperations(async () => ({ MessageId: "m-1" }));
    const answer = await send('{"message":"hi"}', "delay=5");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/<SendMessageResponse .*<MessageId>m-1<\/MessageId>/);
    expect(given.operations[0]?.input).toEqual({
      QueueUrl: "http://localhost/q",
      MessageBody: "hi",
      DelaySeconds: 5,
      MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
    });
    expect((await send("{}")).status).toBe(400);
    expect(given.operations.length).toBe(1);
    given.answerOperations(() =>
      Promise.reject(new AwsError({ code: "InvalidMessageContents", message: "bad" })),
    );
    const refused = await send('{"message":"hi"}');
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining("<Message>bad")]);
  });

  test("Kinesis-PutRecord: the data are the bytes of the text", async () => {
    const given = createHttpApiFixture();
    const { apiId } = await apiTo(
      given,
      service("Kinesis-PutRecord", {
        StreamName: "s",
        Data: "$request.body",
        PartitionKey: `$\{stageVariables.key}`,
      }),
      "POST /",
    );
    await given.call("UpdateStage", {
      ApiId: apiId,
      StageName: "$default",
      StageVariables: { key: "k" },
    });
    await given.send(apiId, { method: "POST", body: utf8Encode("raw") });
    expect(given.operations[0]?.input).toMatchObject({
      StreamName: "s",
      Data: utf8Encode("raw"),
      PartitionKey: "k",
    });
  });

  test("StepFunctions-StartSyncExecution: not waited for beyond its time", async () => {
    const given = createHttpApiFixture();
    const parameters = { StateMachineArn: "arn:x", Input: "$request.body" };
    const { apiId } = await apiTo(
      given,
      service("StepFunctions-StartSyncExecution", parameters),
      "POST /",
    );
    given.answerOperations(() => new Promise(() => {}));
    const pending = given.send(apiId, { method: "POST", body: utf8Encode("{}") });
    await given.clock.advance(30_000);
    expect((await pending).status).toBe(503);
    expect(given.operations[0]).toMatchObject({
      service: "states",
      operation: "StartSyncExecution",
      input: { stateMachineArn: "arn:x", input: "{}" },
    });
  });
});

describe("CreateIntegration: refuses", () => {
  test.each<[Partial<Integration>, string]>([
    [{ IntegrationMethod: "FETCH" }, "Invalid HTTP method specified: FETCH"],
    [{ IntegrationUri: "ftp://x" }, "Invalid HTTP endpoint specified for URI"],
    [{ PayloadFormatVersion: "2.0" }, "Invalid PayloadFormatVersion specified: 2.0"],
    [{ ConnectionType: "VPC_LINK" }, "the connection type VPC_LINK"],
    [{ RequestParameters: { "append:body.x": "a" } }, "errors : [Invalid mapping expression"],
    [{ RequestParameters: { "append:header.x": "$request.nothing" } }, "$request.nothing"],
    [{ RequestParameters: { "append:header.x": "$response.header.a" } }, "$response.header.a"],
    [
      { RequestParameters: { "append:header.Authorization": "a" } },
      "Operations on header authorization are restricted",
    ],
    [{ ResponseParameters: { "99": {} } }, "ResponseParameters: 99"],
    [{ ResponseParameters: { "200": { "append:querystring.a": "b" } } }, "append:querystring.a"],
    [service("SQS-SendMessage", { QueueUrl: "q" }), "MessageBody is required"],
    [service("SQS-PurgeQueue", { QueueUrl: "q", Other: "x" }), "Other does not exist"],
    [service("SQS-Other", {}), "Invalid IntegrationSubtype specified: SQS-Other"],
    [service("constructor", {}), "Invalid IntegrationSubtype specified: constructor"],
    [service("AppConfig-GetConfiguration", {}), "subtype AppConfig-GetConfiguration"],
    [{ ...service("SQS-PurgeQueue", { QueueUrl: "q" }), CredentialsArn: "" }, "CredentialsArn"],
  ])("%j", async (changes, message) => {
    const given = createHttpApiFixture();
    await expect(apiTo(given, { ...proxy, ...changes })).rejects.toThrow(message);
  });
});

test("a function's answer is mapped like any other", async () => {
  const given = createHttpApiFixture();
  const { apiId } = await apiTo(given, {
    IntegrationType: "AWS_PROXY",
    IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:orders",
    PayloadFormatVersion: "2.0",
    ResponseParameters: { "200": { "overwrite:header.x-stage": "$context.stage" } },
  });
  given.answerWith(async () => jsonResult({ ok: true }));
  expect((await given.send(apiId, { path: "/in/1/x" })).headers["x-stage"]).toBe("$default");
});
