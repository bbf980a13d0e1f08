import { beforeEach, describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { createLambdaFixture, type LambdaFixture, ZIP } from "../../testing/lambda-fixture.ts";
import type { HttpRequest, HttpResponse } from "../../wire/http.ts";
import type { Input } from "../../wire/operations.ts";
import { PRELUDE_TYPE } from "./url-response.ts";

let fixture: LambdaFixture;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction("orders");
});

const FUNCTION = { FunctionName: "orders" };

const FOR_ALL = { ...FUNCTION, Principal: "*" };
const TO_URL = {
  ...FOR_ALL,
  StatementId: "url",
  Action: "lambda:InvokeFunctionUrl",
  FunctionUrlAuthType: "NONE",
} as const;
const TO_FUNCTION = {
  ...FOR_ALL,
  StatementId: "function",
  Action: "lambda:InvokeFunction",
  InvokedViaFunctionUrl: true,
};

/** A URL of `orders` that everybody may call, by its id. */
async function open(
  config: Partial<Input<"lambda", "CreateFunctionUrlConfig">> = {},
): Promise<string> {
  const { Qualifier } = config;
  await fixture.call("AddPermission", { ...TO_URL, Qualifier });
  await fixture.call("AddPermission", { ...TO_FUNCTION, Qualifier });
  return create(config);
}

/** A URL of `orders`, by its id. */
async function create(
  config: Partial<Input<"lambda", "CreateFunctionUrlConfig">> = {},
): Promise<string> {
  const { FunctionUrl } = await fixture.call("CreateFunctionUrlConfig", {
    ...FUNCTION,
    AuthType: "NONE",
    ...config,
  });
  return /\/\/([^.]+)/.exec(FunctionUrl)?.[1] ?? "";
}

async function ask(urlId: string, request: Partial<HttpRequest> = {}) {
  const response = await fixture.lambda.serveUrl(
    {
      method: "GET",
      path: "/a%20b",
      query: "",
      headers: { host: "x.lambda-url.us-east-1.localhost:4566" },
      body: new Uint8Array(),
      sourceIp: "127.0.0.1",
      ...request,
    },
    { urlId, path: request.path ?? "/a%20b" },
  );
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await textOf(response.body),
  };
}

async function textOf(body: HttpResponse["body"]): Promise<string> {
  if (body instanceof Uint8Array) {
    return utf8Decode(body);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return utf8Decode(Buffer.concat(chunks));
}

describe("configuration", () => {
  test("create, get, update, list, delete", async () => {
    const created = await fixture.call("CreateFunctionUrlConfig", {
      ...FUNCTION,
      AuthType: "AWS_IAM",
    });
    expect(created.FunctionUrl).toMatch(
      /^http:\/\/[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost:4566\/$/,
    );
    await expect(open()).rejects.toMatchObject({ code: "ResourceConflictException" });
    const updated = await fixture.call("UpdateFunctionUrlConfig", {
      ...FUNCTION,
      AuthType: "NONE",
      Cors: { AllowOrigins: ["*"] },
    });
    expect(updated).toMatchObject({ AuthType: "NONE", FunctionUrl: created.FunctionUrl });
    const listed = await fixture.call("ListFunctionUrlConfigs", FUNCTION);
    expect(listed.FunctionUrlConfigs).toEqual([updated]);
    await fixture.call("DeleteFunctionUrlConfig", FUNCTION);
    await expect(fixture.call("GetFunctionUrlConfig", FUNCTION)).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  test("versions have none", async () => {
    await fixture.call("PublishVersion", FUNCTION);
    await expect(open({ Qualifier: "1" })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
  });
});

describe("the policy", () => {
  test("a URL without signatures is forbidden until its policy opens it and its function", async () => {
    const urlId = await create();
    const forbidden = await ask(urlId);
    expect(forbidden.status).toBe(403);
    expect(JSON.parse(forbidden.body)).toEqual({
      Message:
        "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    });
    await fixture.call("AddPermission", TO_URL);
    expect((await ask(urlId)).status).toBe(403);
    await fixture.call("AddPermission", TO_FUNCTION);
    expect((await ask(urlId)).status).toBe(200);
    await fixture.call("RemovePermission", { ...FUNCTION, StatementId: "url" });
    expect((await ask(urlId)).status).toBe(403);
    expect(fixture.host.calls).toHaveLength(1);
  });

  test("statements for others, for other kinds of URLs and for the function open no alias", async () => {
    await fixture.call("PublishVersion", FUNCTION);
    await fixture.call("CreateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "1" });
    const urlId = await create({ Qualifier: "live" });
    await fixture.call("AddPermission", TO_URL);
    await fixture.call("AddPermission", TO_FUNCTION);
    const Qualifier = "live";
    await fixture.call("AddPermission", { ...TO_FUNCTION, Qualifier });
    const more = { ...TO_URL, Qualifier };
    await fixture.call("AddPermission", { ...more, StatementId: "a", Principal: "123456789012" });
    await fixture.call("AddPermission", { ...more, StatementId: "b", PrincipalOrgID: "o-a" });
    await fixture.call("AddPermission", {
      ...more,
      StatementId: "c",
      FunctionUrlAuthType: "AWS_IAM",
    });
    expect((await ask(urlId)).status).toBe(403);
    await fixture.call("AddPermission", more);
    expect((await ask(urlId)).status).toBe(200);
  });
});

describe("requests", () => {
  test("become events of format 2.0, and results become responses", async () => {
    const urlId = await open();
    let seen: unknown;
    fixture.host.script("orders", (event) => {
      seen = event;
      return { statusCode: 201, headers: { "X-A": "b" }, cookies: ["c=1"], body: "made" };
    });
    const answer = await ask(urlId, {
      method: "POST",
      query: "x=1&x=2",
      headers: { host: "h.lambda-url.us-east-1.localhost:4566", cookie: "a=1; b=2" },
      body: utf8Encode("text"),
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { "x-a": "b", "set-cookie": "c=1", "content-type": "application/json" },
      body: "made",
    });
    expect(seen).toMatchObject({
      version: "2.0",
      rawPath: "/a b",
      rawQueryString: "x=1&x=2",
      cookies: ["a=1", "b=2"],
      queryStringParameters: { x: "1,2" },
      requestContext: { accountId: "anonymous", apiId: urlId, http: { method: "POST" } },
      body: "text",
      isBase64Encoded: false,
    });
  });

  test("a result without a status is the body of a success", async () => {
    const urlId = await open();
    fixture.host.script("orders", () => ({ a: 1 }));
    expect(await ask(urlId)).toMatchObject({ status: 200, body: '{"a":1}' });
    fixture.host.script("orders", () => "text");
    expect(await ask(urlId)).toMatchObject({ status: 200, body: "text" });
  });

  test("a failing function is a bad gateway, a throttled one 429", async () => {
    const urlId = await open();
    fixture.host.script("orders", () => {
      throw new Error("secret");
    });
    expect(await ask(urlId)).toMatchObject({ status: 502, body: "Internal Server Error" });
    await fixture.call("PutFunctionConcurrency", { ...FUNCTION, ReservedConcurrentExecutions: 0 });
    expect((await ask(urlId)).status).toBe(429);
  });

  test("AWS_IAM: unsigned requests are refused", async () => {
    const urlId = await open({ AuthType: "AWS_IAM" });
    const refused = await ask(urlId);
    expect([refused.status, JSON.parse(refused.body)]).toEqual([
      403,
      {
        Message:
          "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
      },
    ]);
    expect(fixture.host.calls).toHaveLength(0);
    const scoped = (scope: string) => ({
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=111111111111/20260101/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    expect((await ask(urlId, scoped("us-east-1/lambda"))).status).toBe(200);
    const ofOther = await ask(urlId, scoped("us-east-1/execute-api"));
    expect(ofOther.body).toContain("Credential should be scoped to correct service: 'lambda'.");
    expect((await ask(urlId, scoped("eu-west-1/lambda"))).status).toBe(403);
    expect((await ask(urlId, { query: "X-Amz-Signature=0" })).status).toBe(403);
    const preflight = { origin: "https://a.example", "access-control-request-method": "GET" };
    expect((await ask(urlId, { method: "OPTIONS", headers: preflight })).status).toBe(403);
    expect((await ask("unknown")).status).toBe(403);
  });

  test("CORS: the engine answers preflights, and its rules replace the function's", async () => {
    const urlId = await open({
      Cors: { AllowOrigins: ["https://*.example.com"], AllowMethods: ["GET"], MaxAge: 60 },
    });
    fixture.host.script("orders", () => ({
      statusCode: 200,
      headers: { "Access-Control-Allow-Origin": "https://evil.example" },
    }));
    const origin = "https://shop.example.com";
    const preflight = await ask(urlId, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET",
      "access-control-max-age": "60",
    });
    expect(fixture.host.calls).toHaveLength(0);
    const other = await ask(urlId, { headers: { origin: "https://evil.example" } });
    expect(other.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test.each(["BUFFERED", "RESPONSE_STREAM"])("a streamed response, %s", async (InvokeMode) => {
    const urlId = await open({ InvokeMode });
    fixture.host.script("orders", (_, { stream }) => {
      stream?.start(PRELUDE_TYPE);
      stream?.chunk(utf8Encode('{"statusCode":418,"headers":{"x-a":"b"}}'));
      stream?.chunk(new Uint8Array(8));
      stream?.chunk(utf8Encode("one "));
      stream?.chunk(utf8Encode("two"));
    });
    expect(await ask(urlId)).toMatchObject({
      status: 418,
      headers: { "x-a": "b" },
      body: "one two",
    });
  });
});

describe("packages", () => {
  test("are removed when no function, version or layer names them", async () => {
    await fixture.call("PublishVersion", FUNCTION);
    await fixture.call("DeleteFunction", { ...FUNCTION, Qualifier: "1" });
    await fixture.clock.advance(1);
    expect(fixture.removed).toEqual([]);
    await fixture.call("DeleteFunction", FUNCTION);
    await fixture.clock.advance(1);
    expect(fixture.removed).toEqual([fixture.unpacked[0]]);
  });

  test("layers are named in order, live on in functions, and count for the size", async () => {
    const layer = (LayerName: string) =>
      fixture.call("PublishLayerVersion", { LayerName, Content: { ZipFile: ZIP } });
    const first = (await layer("a")).LayerVersionArn ?? "";
    const second = (await layer("b")).LayerVersionArn ?? "";
    await fixture.call("UpdateFunctionConfiguration", { ...FUNCTION, Layers: [second, first] });
    await fixture.call("DeleteLayerVersion", { LayerName: "b", VersionNumber: 1 });
    await fixture.call("Invoke", FUNCTION);
    expect(fixture.host.calls[0]?.spec.layerDirectories).toHaveLength(2);
    const update = (...Layers: string[]) =>
      fixture.call("UpdateFunctionConfiguration", { ...FUNCTION, Layers });
    await expect(update(second)).rejects.toThrow(`Layer version ${second} does not exist.`);
    await expect(update(first, first)).rejects.toThrow("Two different versions of the same layer");
    fixture.sizes.unzippedBytes = 262_144_000;
    const third = (await layer("c")).LayerVersionArn ?? "";
    await expect(update(third)).rejects.toThrow(
      "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144100 bytes.",
    );
  });
});
