import { afterEach, describe, expect, test } from "vitest";
import { API_KEY, OAUTH } from "../../testing/events-fixture.ts";
import { httpAnswer, type ScriptedHttp } from "../../testing/scripted-http.ts";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";
import type { Input, Output } from "../../wire/operations.ts";

let fixture: StatesFixture;
afterEach(() => fixture.stop());

const task = (Resource: string, Parameters: object, more: object = {}) => ({
  StartAt: "T",
  States: {
    T: { Type: "Task", Resource: `arn:aws:states:::${Resource}`, End: true, Parameters, ...more },
  },
});

type Ending = Output<"states", "DescribeExecution">;
const outputOf = ({ output }: Ending): unknown => JSON.parse(output ?? "null");

async function connected(
  connection: Partial<Input<"events", "CreateConnection">> = {},
  script?: Parameters<ScriptedHttp["script"]>[0],
): Promise<string> {
  fixture = await createStatesFixture();
  fixture.http.script(script ?? (() => httpAnswer(200)));
  const { ConnectionArn = "" } = await fixture.call("events", "CreateConnection", {
    Name: "conn",
    AuthorizationType: "API_KEY",
    AuthParameters: API_KEY,
    ...connection,
  });
  await fixture.settle();
  return ConnectionArn;
}

let machines = 0;

/** Runs a machine with one HTTP task. */
async function called(parameters: object, input: unknown = {}): Promise<Ending> {
  machines += 1;
  const arn = await fixture.machine(`m${machines}`, task("http:invoke", parameters));
  return fixture.ended(await fixture.start(arn, input));
}

describe("http:invoke", () => {
  test("sends what the task and the connection say, and gives what is answered", async () => {
    const ConnectionArn = await connected({
      AuthParameters: {
        ...API_KEY,
        InvocationHttpParameters: {
          HeaderParameters: [{ Key: "x-both", Value: "connection" }],
          QueryStringParameters: [{ Key: "both", Value: "connection" }],
          BodyParameters: [{ Key: "added", Value: "yes" }],
        },
      },
    });
    const headers = { "content-type": "application/json", "x-one": "1" };
    fixture.http.script(() => httpAnswer(201, '{"ok":true}', headers));
    const ending = await called(
      {
        ApiEndpoint: "https://example.com/orders",
        Method: "POST",
        Authentication: { ConnectionArn },
        Headers: { "X-Mine": "1", "X-Both": "task" },
        QueryParameters: { tag: ["a", "b c"], both: "task" },
        RequestBody: { "id.$": "$.id", added: "no" },
      },
      { id: 7 },
    );
    expect(outputOf(ending)).toEqual({
      Headers: { "content-type": ["application/json"], "x-one": ["1"] },
      ResponseBody: { ok: true },
      StatusCode: 201,
      StatusText: "Created",
    });
    const [request, ...others] = fixture.http.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      url: "https://example.com/orders?tag=a&tag=b%20c&both=connection",
      method: "POST",
      timeoutMs: 60_000,
      body: '{"id":7,"added":"yes"}',
    });
    expect(request?.headers).toEqual({
      "User-Agent": "Amazon|StepFunctions|HttpInvoke|us-east-1",
      Range: "bytes=0-262144",
      "Content-Type": "application/json",
      "X-Mine": "1",
      "x-both": "connection",
      "x-key": "secret",
    });
  });

  test.each([
    [undefined, "a%5B0%5D=x&a%5B1%5D=y&o%5Bk%5D=1"],
    ["BRACKETS", "a%5B%5D=x&a%5B%5D=y&o%5Bk%5D=1"],
    ["COMMAS", "a=x%2Cy&o%5Bk%5D=1"],
    ["REPEAT", "a=x&a=y&o%5Bk%5D=1"],
  ])("writes bodies as forms, with lists as %s", async (ArrayFormat, form) => {
    const ConnectionArn = await connected();
    await called({
      ApiEndpoint: "https://example.com",
      Method: "POST",
      InvocationConfig: { ConnectionArn },
      RequestBody: { a: ["x", "y"], o: { k: 1 } },
      Transform: {
        RequestBodyEncoding: "URL_ENCODED",
        ...(ArrayFormat && { RequestEncodingOptions: { ArrayFormat } }),
      },
    });
    const [request] = fixture.http.requests;
    expect(request?.body).toBe(form);
    expect(request?.headers["Content-Type"]).toContain("application/x-www-form-urlencoded");
  });

  test("names its errors, which Retry knows", async () => {
    const ConnectionArn = await connected();
    const Parameters = {
      ApiEndpoint: "https://example.com",
      Method: "GET",
      Authentication: { ConnectionArn },
    };
    fixture.http.script(() => httpAnswer(404, "nothing here"));
    expect(await called(Parameters)).toMatchObject({
      status: "FAILED",
      error: "States.Http.StatusCode.404",
      cause: "nothing here",
    });
    fixture.http.script(() => ({ kind: "failure", reason: "timeout", message: "too slow" }));
    expect(await called(Parameters)).toMatchObject({ error: "States.Http.Socket" });
    fixture.http.script(() => httpAnswer(200, "x", { "content-type": "image/png" }));
    expect(await called(Parameters)).toMatchObject({ error: "States.Runtime" });
    let tries = 0;
    fixture.http.script(() => httpAnswer(tries++ === 0 ? 503 : 200, "text"));
    const Retry = [{ ErrorEquals: ["States.Http.StatusCode.503"], MaxAttempts: 1 }];
    const arn = await fixture.machine("retried", task("http:invoke", Parameters, { Retry }));
    const ending = await fixture.ended(await fixture.start(arn));
    expect(outputOf(ending)).toMatchObject({ ResponseBody: "text", StatusCode: 200 });
    expect(tries).toBe(2);
    await fixture.call("events", "DeleteConnection", { Name: "conn" });
    expect((await called(Parameters)).error).toBe("Events.ConnectionResource.NotFound");
  });

  test("asks for a token, and for another once it was refused", async () => {
    let tokens = 0;
    const ConnectionArn = await connected(OAUTH, ({ url, headers }) => {
      if (url === "https://example.com/token") {
        tokens += 1;
        return httpAnswer(200, JSON.stringify({ access_token: `t${tokens}`, expires_in: 3600 }));
      }
      return httpAnswer(headers["Authorization"] === "Bearer t2" ? 200 : 401);
    });
    const Parameters = {
      ApiEndpoint: "https://example.com/api",
      Method: "GET",
      Authentication: { ConnectionArn },
    };
    expect((await called(Parameters)).error).toBe("States.Http.StatusCode.401");
    expect((await called(Parameters)).status).toBe("SUCCEEDED");
    expect(tokens).toBe(2);
  });

  test("refuses what it cannot send", async () => {
    const ConnectionArn = await connected();
    const given = { Method: "SING", Headers: { Host: "x" }, Authentication: { ConnectionArn } };
    const { error, cause = "" } = await called(given);
    expect(error).toBe("States.Runtime");
    expect(cause).toContain('The field "ApiEndpoint" is required but was missing');
    expect(cause).toContain("The value for the field 'Method' is not valid");
    expect(cause).toContain('The header "Host" is not supported by Step Functions');
    expect(fixture.http.requests).toEqual([]);
    const callback = task("http:invoke.waitForTaskToken", given);
    expect(
      await fixture.refused("CreateStateMachine", {
        name: "callback",
        definition: JSON.stringify(callback),
        roleArn: "arn:aws:iam::000000000000:role/r",
      }),
    ).toMatchObject({ code: "InvalidDefinition" });
  });
});

describe("apigateway:invoke", () => {
  async function api(handler: Parameters<StatesFixture["fn"]>[1]): Promise<string> {
    fixture = await createStatesFixture();
    const Target = await fixture.fn("api", handler);
    const { ApiId = "" } = await fixture.call("apigatewayv2", "CreateApi", {
      Name: "api",
      ProtocolType: "HTTP",
      Target,
    });
    const stage = { ApiId, StageName: "prod", AutoDeploy: true };
    await fixture.call("apigatewayv2", "CreateStage", stage);
    return `${ApiId}.execute-api.us-east-1.amazonaws.com`;
  }

  test("calls an HTTP API, and gives its answer", async () => {
    const ApiEndpoint = await api((event) => ({
      statusCode: 200,
      headers: { "x-a": "1" },
      body: JSON.stringify(event),
    }));
    const definition = task("apigateway:invoke", {
      ApiEndpoint,
      Method: "POST",
      Stage: "prod",
      Path: "bills/a b%2Fc",
      Headers: { mine: ["a", "b"] },
      QueryParameters: { id: ["1", "2"] },
      RequestBody: { id: 1, none: null },
      AuthType: "IAM_ROLE",
    });
    const ending = await fixture.ended(await fixture.start(await fixture.machine("m", definition)));
    const { ResponseBody, ...output } = outputOf(ending) as Record<string, object>;
    expect(output).toMatchObject({ Headers: { "x-a": ["1"] }, StatusCode: 200, StatusText: "OK" });
    expect(ResponseBody).toMatchObject({
      rawPath: "/prod/bills/a b/c",
      rawQueryString: "id=1&id=2",
      headers: { mine: "a,b", "content-type": "application/json" },
      requestContext: { stage: "prod", http: { method: "POST" } },
      body: '{"id":1}',
    });
  });

  test("names errors by the status", async () => {
    const ApiEndpoint = await api(() => ({ statusCode: 403, body: '{"message":"no"}' }));
    const definition = task("apigateway:invoke", { ApiEndpoint, Method: "GET" });
    const arn = await fixture.machine("m", definition);
    expect(await fixture.ended(await fixture.start(arn))).toMatchObject({
      error: "ApiGateway.403",
      cause: '{"message":"no"}',
    });
  });

  test("waits for the token that it sent", async () => {
    const tokens: string[] = [];
    const ApiEndpoint = await api((event) => {
      const { headers } = event as { readonly headers: Readonly<Record<string, string>> };
      tokens.push(headers["tasktoken"] ?? "");
      return { statusCode: 202 };
    });
    const definition = task("apigateway:invoke.waitForTaskToken", {
      ApiEndpoint,
      Method: "POST",
      Headers: { "TaskToken.$": "States.Array($$.Task.Token)" },
    });
    const executionArn = await fixture.start(await fixture.machine("m", definition));
    await fixture.settle();
    const [taskToken = ""] = tokens;
    await fixture.states("SendTaskSuccess", { taskToken, output: '"done"' });
    expect(outputOf(await fixture.ended(executionArn))).toBe("done");
  });
});
