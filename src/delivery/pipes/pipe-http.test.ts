import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { API_KEY } from "../../testing/events-fixture.ts";
import { createPipesFixture, type PipesFixture } from "../../testing/pipes-fixture.ts";
import { httpAnswer } from "../../testing/scripted-http.ts";
import type { Input } from "../../wire/operations.ts";

const SECOND_MS = 1_000;
const TARGET = "arn:aws:sqs:us-east-1:000000000000:target";
const ONE_BY_ONE = { SqsQueueParameters: { BatchSize: 1 } };

let pipes: PipesFixture;

beforeEach(async () => {
  pipes = createPipesFixture();
  await pipes.queue("source", { VisibilityTimeout: "30" });
  await pipes.queue("target");
});

afterEach(() => pipes.stop());

async function destination(
  overrides: Partial<Input<"events", "CreateApiDestination">> = {},
): Promise<string> {
  const { ConnectionArn = "" } = await pipes.events("CreateConnection", {
    Name: "conn",
    AuthorizationType: "API_KEY",
    AuthParameters: {
      ...API_KEY,
      InvocationHttpParameters: { HeaderParameters: [{ Key: "x-both", Value: "connection" }] },
    },
  });
  const { ApiDestinationArn = "" } = await pipes.events("CreateApiDestination", {
    Name: "dest",
    ConnectionArn,
    InvocationEndpoint: "https://example.com/orders",
    HttpMethod: "POST",
    ...overrides,
  });
  return ApiDestinationArn;
}

/** An HTTP API with one function behind it. */
async function api(): Promise<string> {
  const { ApiId = "" } = await pipes.apiGateway("CreateApi", {
    Name: "api",
    ProtocolType: "HTTP",
    Target: "arn:aws:lambda:us-east-1:000000000000:function:api",
  });
  await pipes.apiGateway("CreateStage", { ApiId, StageName: "prod", AutoDeploy: true });
  return `arn:aws:execute-api:us-east-1:000000000000:${ApiId}`;
}

describe("API destinations as targets", () => {
  test("get the batch as a list, with the connection's authorization and parameters", async () => {
    await pipes.pipe({
      Target: await destination({ InvocationEndpoint: "https://example.com/*/items" }),
      TargetParameters: {
        InputTemplate: '{"n": <$.body.n>}',
        HttpParameters: {
          PathParameterValues: ["$.body.shop"],
          HeaderParameters: { "x-both": "pipe", "x-n": "$.body.n" },
          QueryStringParameters: { fixed: "a b", gone: "$.body.none" },
        },
      },
    });
    await pipes.send("source", { n: 1, shop: "x/y" });
    expect(pipes.http.requests).toHaveLength(1);
    expect(pipes.http.requests[0]).toMatchObject({
      url: "https://example.com/x%2Fy/items?fixed=a%20b&gone=",
      method: "POST",
      headers: { "x-key": "secret", "x-both": "connection", "x-n": "1" },
      body: '[{"n":1}]',
    });
    expect(await pipes.left("source")).toBe(0);
  });

  test("get the event alone when the batch size is 1", async () => {
    await pipes.pipe({
      Target: await destination(),
      SourceParameters: ONE_BY_ONE,
      TargetParameters: { InputTemplate: '{"text": "Order <$.body.n>"}' },
    });
    await pipes.send("source", { n: 7 });
    expect(pipes.http.requests[0]?.body).toBe('{"text": "Order 7"}');
  });

  test("that fail get the batch again, until the queue's own redrive ends it", async () => {
    const deadLetterTargetArn = await pipes.queue("dead");
    await pipes.sqs("SetQueueAttributes", {
      QueueUrl: "http://localhost:4566/000000000000/source",
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) },
    });
    const times: number[] = [];
    pipes.http.script(() => {
      times.push(pipes.clock.nowMs());
      return httpAnswer(500, "broken");
    });
    await pipes.pipe({ Target: await destination() });
    await pipes.send("source", { n: 1 });
    expect(times).toHaveLength(1);
    expect(await pipes.left("source")).toBe(1);
    await pipes.clock.advance(120 * SECOND_MS);
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(30 * SECOND_MS);
    expect(await pipes.left("source")).toBe(0);
    expect(await pipes.bodies("dead")).toEqual([{ n: 1 }]);
  });

  test("that are gone keep the messages in the queue", async () => {
    const Target = await destination();
    await pipes.events("DeleteApiDestination", { Name: "dest" });
    await pipes.pipe({ Target });
    await pipes.send("source", { n: 1 });
    expect(pipes.http.requests).toEqual([]);
    expect(await pipes.left("source")).toBe(1);
  });

  test("are asked no more often than they allow", async () => {
    const times: number[] = [];
    pipes.http.script(() => {
      times.push(pipes.clock.nowMs());
      return httpAnswer(200);
    });
    await pipes.pipe({
      Target: await destination({ InvocationRateLimitPerSecond: 1 }),
      SourceParameters: ONE_BY_ONE,
    });
    await pipes.send("source", { n: 1 }, { n: 2 }, { n: 3 });
    await pipes.clock.advance(10 * SECOND_MS);
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(SECOND_MS);
    expect(third - second).toBeGreaterThanOrEqual(SECOND_MS);
    expect(await pipes.left("source")).toBe(0);
  });
});

describe("API destinations as enrichments", () => {
  test("answer the events that go on", async () => {
    pipes.http.script(({ body }) => {
      const [{ body: text }] = JSON.parse(String(body)) as [{ body: string }];
      const { n } = JSON.parse(text) as { readonly n: number };
      return httpAnswer(200, JSON.stringify([{ n }, { n: n + 1 }]));
    });
    await pipes.pipe({
      Enrichment: await destination(),
      EnrichmentParameters: { HttpParameters: { HeaderParameters: { "x-own": "$.body.n" } } },
      Target: TARGET,
    });
    await pipes.send("source", { n: 5 });
    expect(pipes.http.requests[0]?.headers).toMatchObject({ "x-own": "5", "x-key": "secret" });
    expect(await pipes.bodies("target")).toEqual([{ n: 5 }, { n: 6 }]);
    expect(await pipes.left("source")).toBe(0);
  });

  test.each([
    ["an empty list leaves the target alone", httpAnswer(200, "[]"), 0],
    ["no JSON keeps the batch in the queue", httpAnswer(200, "sorry"), 1],
    ["an error keeps the batch in the queue", httpAnswer(404, "[]"), 1],
  ])("%s", async (_what, answer, left) => {
    pipes.http.script(() => answer);
    await pipes.pipe({ Enrichment: await destination(), Target: TARGET });
    await pipes.send("source", { n: 5 });
    expect(pipes.http.requests).toHaveLength(1);
    expect(await pipes.bodies("target")).toEqual([]);
    expect(await pipes.left("source")).toBe(left);
  });
});

describe("HTTP APIs", () => {
  test("get the batch at the stage, method and path of the ARN", async () => {
    const seen: unknown[] = [];
    pipes.handler("api", (event) => {
      seen.push(event);
      return { statusCode: 200 };
    });
    await pipes.pipe({
      Target: `${await api()}/prod/PUT/pets/*`,
      SourceParameters: ONE_BY_ONE,
      TargetParameters: {
        InputTemplate: '{"n": <$.body.n>}',
        HttpParameters: {
          PathParameterValues: ["$.body.pet"],
          QueryStringParameters: { q: "a b" },
        },
      },
    });
    await pipes.send("source", { n: 1, pet: "rex" });
    expect(seen).toMatchObject([
      {
        rawPath: "/prod/pets/rex",
        rawQueryString: "q=a%20b",
        headers: { "content-type": "application/json" },
        requestContext: { stage: "prod", http: { method: "PUT" } },
        body: '{"n": 1}',
      },
    ]);
    expect(await pipes.left("source")).toBe(0);
  });

  test("that answer an error keep the messages; that are not there, too", async () => {
    pipes.handler("api", () => ({ statusCode: 400 }));
    await pipes.pipe({ Target: `${await api()}/$default/POST/pets` });
    await pipes.send("source", { n: 1 });
    expect(pipes.calls.map(({ name }) => name)).toContain("lambda:Invoke");
    expect(await pipes.left("source")).toBe(1);
    await pipes.queue("source2");
    await pipes.pipe({
      Name: "lost",
      Source: "arn:aws:sqs:us-east-1:000000000000:source2",
      Target: "arn:aws:execute-api:us-east-1:000000000000:gone/prod/POST/x",
    });
    await pipes.send("source2", { n: 1 });
    expect(await pipes.left("source2")).toBe(1);
  });

  test("enrich", async () => {
    pipes.handler("api", () => ({ statusCode: 200, body: '{"rich":true}' }));
    await pipes.pipe({ Enrichment: `${await api()}/$default/POST/enrich`, Target: TARGET });
    await pipes.send("source", { n: 1 });
    expect(await pipes.bodies("target")).toEqual([{ rich: true }]);
  });
});
