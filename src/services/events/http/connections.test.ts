import { describe, expect, test } from "vitest";
import {
  API_KEY,
  createEventsFixture,
  OAUTH,
  QUEUE,
  routed,
} from "../../../testing/events-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";

const MINUTE_MS = 60_000;

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
