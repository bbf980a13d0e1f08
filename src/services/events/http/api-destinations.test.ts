import { describe, expect, test } from "vitest";
import { createEventsFixture, type EventsFixture, QUEUE } from "../../../testing/events-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";

const ROLE = "arn:aws:iam::000000000000:role/events";
const MINUTE_MS = 60_000;

const API_KEY = { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "secret" } };

/** A connection, a destination that uses it, and a rule that sends everything there. */
async function routed(
  fixture: EventsFixture,
  options: {
    readonly connection?: object;
    readonly destination?: object;
    readonly target?: object;
  } = {},
): Promise<string> {
  const { call, route } = fixture;
  const { ConnectionArn = "" } = await call("CreateConnection", {
    Name: "conn",
    AuthorizationType: "API_KEY",
    AuthParameters: API_KEY,
    ...options.connection,
  });
  const { ApiDestinationArn = "" } = await call("CreateApiDestination", {
    Name: "dest",
    ConnectionArn,
    InvocationEndpoint: "https://example.com/orders",
    HttpMethod: "POST",
    ...options.destination,
  });
  const target = { Arn: ApiDestinationArn, RoleArn: ROLE, ...options.target };
  await route("out", { source: ["app"] }, target);
  return ApiDestinationArn;
}

const OAUTH = {
  AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
  AuthParameters: {
    OAuthParameters: {
      ClientParameters: { ClientID: "me", ClientSecret: "s3cret" },
      AuthorizationEndpoint: "https://example.com/token",
      HttpMethod: "POST",
      OAuthHttpParameters: {
        BodyParameters: [{ Key: "audience", Value: "all", IsValueSecret: false }],
      },
    },
  },
};

describe("API destinations", () => {
  test("get the event with the headers of EventBridge and the connection's authorization", async () => {
    const fixture = createEventsFixture();
    await routed(fixture);
    await fixture.put({ id: 7 });
    await fixture.idle();
    const [request, ...others] = fixture.http.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ url: "https://example.com/orders", method: "POST" });
    expect(request?.headers).toMatchObject({
      "User-Agent": "Amazon/EventBridge/ApiDestinations",
      "Content-Type": "application/json; charset=utf-8",
      Range: "bytes=0-1048575",
      "x-key": "secret",
    });
    expect(JSON.parse(String(request?.body))).toMatchObject({ source: "app", detail: { id: 7 } });
    await fixture.clock.advance(60 * MINUTE_MS);
    expect(fixture.http.requests).toHaveLength(1);
  });

  test("take parameters of the target and the connection, whose parameters win", async () => {
    const fixture = createEventsFixture();
    await routed(fixture, {
      connection: {
        AuthorizationType: "BASIC",
        AuthParameters: {
          BasicAuthParameters: { Username: "me", Password: "pw" },
          InvocationHttpParameters: {
            HeaderParameters: [{ Key: "X-Both", Value: "connection", IsValueSecret: true }],
            QueryStringParameters: [{ Key: "q", Value: "a b" }],
            BodyParameters: [{ Key: "extra", Value: "1" }],
          },
        },
      },
      destination: { InvocationEndpoint: "https://example.com/*/items/*", HttpMethod: "PUT" },
      target: {
        InputPath: "$.detail",
        HttpParameters: {
          PathParameterValues: ["$.detail.id", "x/y"],
          HeaderParameters: { "x-both": "target", "x-own": "$.source" },
          QueryStringParameters: { own: "$.detail.list" },
        },
      },
    });
    await fixture.put({ id: 7, list: [1] });
    await fixture.idle();
    const [request] = fixture.http.requests;
    expect(request?.url).toBe("https://example.com/7/items/x%2Fy?own=%5B1%5D&q=a%20b");
    expect(request?.headers).toMatchObject({
      "X-Both": "connection",
      "x-own": "app",
      Authorization: "Basic bWU6cHc=",
    });
    expect(request?.body).toBe('{"id":7,"list":[1],"extra":"1"}');
  });

  test("that fail in passing are tried again, longer each time, and then dead-lettered", async () => {
    const fixture = createEventsFixture();
    const arn = await routed(fixture, {
      target: { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: QUEUE } },
    });
    const times: number[] = [];
    fixture.http.script(() => {
      times.push(fixture.clock.nowMs());
      return httpAnswer(503);
    });
    await fixture.put({ id: 7 });
    await fixture.idle();
    await fixture.clock.advance(5 * MINUTE_MS);
    expect(times).toHaveLength(4);
    const waits = times.slice(1).map((timeMs, index) => timeMs - (times[index] ?? 0));
    waits.forEach((waitMs, index) => {
      expect(waitMs).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(waitMs).toBeLessThanOrEqual(1_000 * 2 ** index);
    });
    const [letter, ...others] = await fixture.delivered();
    expect(others).toEqual([]);
    expect(JSON.parse(letter?.envelope.payload ?? "")).toMatchObject({ detail: { id: 7 } });
    expect(letter?.envelope.attributes).toEqual({
      RULE_ARN: { type: "String", value: "arn:aws:events:us-east-1:000000000000:rule/out" },
      TARGET_ARN: { type: "String", value: arn },
      ERROR_CODE: { type: "String", value: "ERROR_FROM_TARGET" },
      ERROR_MESSAGE: {
        type: "String",
        value:
          "Unable to invoke ApiDestination endpoint: The endpoint answered with status code 503.",
      },
      EXHAUSTED_RETRY_CONDITION: { type: "String", value: "MaximumRetryAttempts" },
      RETRY_ATTEMPTS: { type: "Number", value: "3" },
    });
  });

  test("by default are tried for a day, and no event is older than its policy says", async () => {
    for (const [policy, spanMs] of [
      [{ MaximumEventAgeInSeconds: 120 }, 2 * MINUTE_MS],
      [{}, 24 * 60 * MINUTE_MS],
    ] as const) {
      const fixture = createEventsFixture();
      await routed(fixture, { target: { RetryPolicy: policy, DeadLetterConfig: { Arn: QUEUE } } });
      fixture.http.script(() => ({ kind: "failure", reason: "connection", message: "refused" }));
      const startedMs = fixture.clock.nowMs();
      await fixture.put({});
      await fixture.idle();
      await fixture.clock.advance(25 * 60 * MINUTE_MS);
      const [letter] = await fixture.delivered();
      const { attributes } = letter?.envelope ?? {};
      expect(attributes?.["ERROR_CODE"]?.value).toBe("CONNECTION_FAILURE");
      expect(fixture.http.requests.length).toBeGreaterThan(5);
      expect(fixture.http.requests.length).toBeLessThanOrEqual(186);
      expect(startedMs + spanMs).toBeLessThanOrEqual(fixture.clock.nowMs());
    }
  });

  test("honour Retry-After, and give up at once when it is negative", async () => {
    const fixture = createEventsFixture();
    await routed(fixture, { target: { DeadLetterConfig: { Arn: QUEUE } } });
    fixture.http.script(() => httpAnswer(429, "", { "retry-after": "90" }));
    await fixture.put({});
    await fixture.idle();
    await fixture.clock.advance(89_000);
    expect(fixture.http.requests).toHaveLength(1);
    fixture.http.script(() => httpAnswer(429, "", { "retry-after": "-1" }));
    await fixture.clock.advance(2_000);
    await fixture.idle();
    expect(fixture.http.requests).toHaveLength(2);
    const [letter] = await fixture.delivered();
    expect(letter?.envelope.attributes?.["ERROR_CODE"]?.value).toBe("THROTTLING");
    expect(letter?.envelope.attributes?.["EXHAUSTED_RETRY_CONDITION"]).toBeUndefined();
  });

  test("that refuse for good get nothing again; without a queue the log says so", async () => {
    const fixture = createEventsFixture();
    await routed(fixture);
    fixture.http.script(() => httpAnswer(404));
    await fixture.put({});
    await fixture.idle();
    await fixture.clock.advance(60 * MINUTE_MS);
    expect(fixture.http.requests).toHaveLength(1);
    expect(fixture.log.records.at(-1)?.message).toMatch(
      "SDK_CLIENT_ERROR: Unable to invoke ApiDestination endpoint: API destination endpoint cannot be found.",
    );
  });

  test("get no more requests a second than they may", async () => {
    const fixture = createEventsFixture();
    await routed(fixture, { destination: { InvocationRateLimitPerSecond: 2 } });
    const perSecond = new Map<number, number>();
    fixture.http.script(() => {
      const second = Math.floor(fixture.clock.nowMs() / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      return httpAnswer(200);
    });
    for (let index = 0; index < 7; index += 1) {
      await fixture.put({ index });
    }
    await fixture.idle();
    expect(fixture.http.requests).toHaveLength(2);
    await fixture.clock.advance(10_000);
    expect(fixture.http.requests).toHaveLength(7);
    expect(Math.max(...perSecond.values())).toBe(2);
  });

  test("that are slow hold up no other", async () => {
    const fixture = createEventsFixture();
    await routed(fixture);
    const { ConnectionArn = "" } = await fixture.call("DescribeConnection", { Name: "conn" });
    const { ApiDestinationArn: Arn } = await fixture.call("CreateApiDestination", {
      Name: "fast",
      ConnectionArn,
      InvocationEndpoint: "https://fast.example.com/",
      HttpMethod: "POST",
    });
    await fixture.route("fast", { source: ["app"] }, { Arn, RoleArn: ROLE });
    fixture.http.script((request) =>
      request.url.includes("fast") ? httpAnswer(200) : new Promise(() => undefined),
    );
    for (let index = 0; index < 60; index += 1) {
      await fixture.put({ index });
    }
    await fixture.idle();
    const fast = fixture.http.requests.filter(({ url }) => url.includes("fast"));
    expect(fast).toHaveLength(60);
  });

  test("are still served after a crash between two attempts", async () => {
    const fixture = createEventsFixture();
    await routed(fixture);
    fixture.http.script(() => httpAnswer(500));
    await fixture.put({});
    await fixture.idle();
    await fixture.restart();
    fixture.http.script(() => httpAnswer(200));
    await fixture.clock.advance(2_000);
    expect(fixture.http.requests).toHaveLength(2);
    await fixture.clock.advance(60 * MINUTE_MS);
    expect(fixture.http.requests).toHaveLength(2);
  });

  test("are described, listed, changed and deleted", async () => {
    const fixture = createEventsFixture();
    const arn = await routed(fixture);
    const { call } = fixture;
    expect(arn).toMatch(
      /^arn:aws:events:us-east-1:000000000000:api-destination\/dest\/[0-9a-f-]{36}$/,
    );
    expect(await call("DescribeApiDestination", { Name: "dest" })).toMatchObject({
      ApiDestinationState: "ACTIVE",
      InvocationRateLimitPerSecond: 300,
    });
    await call("UpdateApiDestination", { Name: "dest", HttpMethod: "PATCH" });
    const { ApiDestinations } = await call("ListApiDestinations", { NamePrefix: "d" });
    expect(ApiDestinations?.map(({ HttpMethod }) => HttpMethod)).toEqual(["PATCH"]);
    await call("DeleteConnection", { Name: "conn" });
    expect(await call("DescribeApiDestination", { Name: "dest" })).toMatchObject({
      ApiDestinationState: "INACTIVE",
    });
    await call("DeleteApiDestination", { Name: "dest" });
    await expect(call("DescribeApiDestination", { Name: "dest" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    const wrong = { Name: "x", ConnectionArn: arn, HttpMethod: "GET" };
    await expect(
      call("CreateApiDestination", { ...wrong, InvocationEndpoint: "https://example.com" }),
    ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(
      call("CreateApiDestination", { ...wrong, InvocationEndpoint: "example.com" }),
    ).rejects.toMatchObject({ code: "ValidationException" });
  });
});

describe("connections", () => {
  test("keep their secrets to themselves", async () => {
    const { call } = createEventsFixture();
    const { ConnectionState } = await call("CreateConnection", {
      Name: "one",
      AuthorizationType: "BASIC",
      AuthParameters: {
        BasicAuthParameters: { Username: "me", Password: "hidden" },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: "a", Value: "shown", IsValueSecret: false },
            { Key: "b", Value: "hidden", IsValueSecret: true },
          ],
        },
      },
    });
    expect(ConnectionState).toBe("AUTHORIZED");
    const described = await call("DescribeConnection", { Name: "one" });
    expect(JSON.stringify(described)).not.toContain("hidden");
    expect(described.AuthParameters).toEqual({
      BasicAuthParameters: { Username: "me" },
      InvocationHttpParameters: {
        HeaderParameters: [
          { Key: "a", Value: "shown", IsValueSecret: false },
          { Key: "b", IsValueSecret: true },
        ],
      },
    });
    expect(described.SecretArn).toMatch(/:secret:events!connection\/one\//);
    const { Connections } = await call("ListConnections", {});
    expect(JSON.stringify(Connections)).not.toContain("hidden");
    await expect(
      call("CreateConnection", {
        Name: "two",
        AuthorizationType: "BASIC",
        AuthParameters: API_KEY,
      }),
    ).rejects.toMatchObject({ code: "ValidationException" });
    await expect(
      call("CreateConnection", {
        Name: "one",
        AuthorizationType: "API_KEY",
        AuthParameters: API_KEY,
      }),
    ).rejects.toMatchObject({ code: "ResourceAlreadyExistsException" });
  });

  test("with OAuth ask for a token once, use it until it expires, and after a refusal ask again", async () => {
    const fixture = createEventsFixture();
    let token = 0;
    let refused = "";
    fixture.http.script((request) => {
      if (request.url.endsWith("/token")) {
        token += 1;
        return httpAnswer(200, JSON.stringify({ access_token: `t${token}`, expires_in: 3_600 }));
      }
      return httpAnswer(request.headers["Authorization"] === refused ? 401 : 200);
    });
    await routed(fixture, { connection: OAUTH });
    await fixture.idle();
    const state = async () =>
      (await fixture.call("DescribeConnection", { Name: "conn" })).ConnectionState;
    expect(await state()).toBe("AUTHORIZED");
    expect(fixture.http.requests[0]?.body).toBe(
      "grant_type=client_credentials&client_id=me&client_secret=s3cret&audience=all",
    );
    await fixture.put({});
    await fixture.put({});
    await fixture.idle();
    const used = () =>
      fixture.http.requests.flatMap(({ headers }) => headers["Authorization"] ?? []);
    expect(used()).toEqual(["Bearer t1", "Bearer t1"]);
    await fixture.clock.advance(59.5 * MINUTE_MS);
    await fixture.put({});
    await fixture.idle();
    expect(used().at(-1)).toBe("Bearer t2");
    refused = "Bearer t2";
    await fixture.put({});
    await fixture.idle();
    await fixture.clock.advance(2_000);
    expect(used().slice(-2)).toEqual(["Bearer t2", "Bearer t3"]);
    expect(token).toBe(3);
  });

  test("with OAuth that get no token are deauthorized, and an update gives another chance", async () => {
    const fixture = createEventsFixture();
    const { call, http, idle } = fixture;
    http.script(() => httpAnswer(400));
    await routed(fixture, { connection: OAUTH, target: { DeadLetterConfig: { Arn: QUEUE } } });
    await idle();
    expect(await call("DescribeConnection", { Name: "conn" })).toMatchObject({
      ConnectionState: "DEAUTHORIZED",
      StateReason: "The authorization endpoint answered 400.",
    });
    await fixture.put({});
    await idle();
    const [letter] = await fixture.delivered();
    expect(letter?.envelope.attributes?.["ERROR_CODE"]?.value).toBe("NO_PERMISSIONS");
    http.script(() => httpAnswer(200, '{"access_token":"x"}'));
    const { ConnectionState } = await call("UpdateConnection", { Name: "conn" });
    expect(ConnectionState).toBe("AUTHORIZING");
    await idle();
    expect(await call("DescribeConnection", { Name: "conn" })).toMatchObject({
      ConnectionState: "AUTHORIZED",
    });
    expect((await call("DeauthorizeConnection", { Name: "conn" })).ConnectionState).toBe(
      "DEAUTHORIZING",
    );
    const bare = await call("DescribeConnection", { Name: "conn" });
    expect([bare.ConnectionState, bare.AuthParameters, bare.SecretArn]).toEqual([
      "DEAUTHORIZED",
      {},
      undefined,
    ]);
    await expect(call("UpdateConnection", { Name: "conn" })).rejects.toMatchObject({
      code: "ValidationException",
    });
    await call("DeleteConnection", { Name: "conn" });
    await expect(call("DescribeConnection", { Name: "conn" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Failed to describe the connection(s). Connection 'conn' does not exist.",
    });
  });
});
