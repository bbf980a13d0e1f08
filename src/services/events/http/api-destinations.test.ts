import { describe, expect, test } from "vitest";
import { createEventsFixture, QUEUE, ROLE, routed } from "../../../testing/events-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";

const MINUTE_MS = 60_000;

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
      const startedMs = fixture.clock.nowMs();
      const agesMs: number[] = [];
      fixture.http.script(() => {
        agesMs.push(fixture.clock.nowMs() - startedMs);
        return { kind: "failure", reason: "connection", message: "refused" };
      });
      await fixture.put({});
      await fixture.idle();
      await fixture.clock.advance(25 * 60 * MINUTE_MS);
      const [letter] = await fixture.delivered();
      const { attributes } = letter?.envelope ?? {};
      expect(attributes?.["ERROR_CODE"]?.value).toBe("CONNECTION_FAILURE");
      expect(agesMs.length).toBeLessThanOrEqual(186);
      expect(agesMs.at(-1)).toBeGreaterThan(spanMs / 2);
      expect(agesMs.at(-1)).toBeLessThanOrEqual(spanMs);
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
