import { afterEach, expect, test } from "vitest";
import { createJournal } from "../outbox/journal.ts";
import { createSystemClock } from "../platform/clock.ts";
import { createSeededFaults, type Faults, noFaults } from "../platform/faults.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createSeededRandom } from "../platform/random.ts";
import type { Service } from "../services/service.ts";
import { answerAdmin } from "./admin.ts";
import { answerAws } from "./aws.ts";
import { answerPreflight, refuseForeign } from "./cors.ts";
import { isExecuteApi } from "./execute-api.ts";
import { createAnswer } from "./handlers.ts";
import { listen, type Server } from "./server.ts";

let server: Server | undefined;
let calls = 0;

const queues: Service = {
  name: "sqs",
  operations: {
    ListQueues: async () => {
      calls += 1;
      return { QueueUrls: [] };
    },
    CreateQueue: async () => {
      throw new Error("a bug");
    },
  },
};

async function start(faults: Faults = noFaults): Promise<string> {
  const log = createMemoryLog();
  const clock = createSystemClock();
  const journal = createJournal();
  const guard = { allowedHosts: [] };
  calls = 0;
  server = await listen({
    host: "127.0.0.1",
    port: 0,
    clock,
    random: createSeededRandom(1),
    log,
    answer: createAnswer({
      log,
      handlers: [
        refuseForeign(guard, isExecuteApi),
        answerPreflight(guard, isExecuteApi),
        answerAdmin({ "GET /health": async () => ({ status: "ok" }) }),
        answerAws({ services: new Map([["sqs", queues]]), log, clock, journal, faults }),
      ],
    }),
  });
  return `http://127.0.0.1:${server.port}`;
}

afterEach(async () => {
  await server?.close(0);
  server = undefined;
});

function callSqs(
  endpoint: string,
  operation: string,
  body = "{}",
  headers = {},
): Promise<Response> {
  return fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      ...headers,
    },
    body,
  });
}

test("gateway: answers an operation, refuses by name what is missing, hides our bugs", async () => {
  const endpoint = await start();
  const listed = await callSqs(endpoint, "ListQueues");
  expect(await listed.json()).toEqual({ QueueUrls: [] });
  const missing = await callSqs(endpoint, "PurgeQueue", '{"QueueUrl":"x"}');
  expect(missing.status).toBe(501);
  expect(await missing.text()).toContain("sqs:PurgeQueue");
  const broken = await callSqs(endpoint, "CreateQueue", '{"QueueName":"x"}');
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain("a bug");
});

test("gateway: refuses pages of other sites and rebound names, serves pages of this machine", async () => {
  const endpoint = await start();
  const foreign = await callSqs(endpoint, "ListQueues", "{}", { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  const own = await callSqs(endpoint, "ListQueues", "{}", { origin: "http://localhost:3000" });
  expect(own.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  const preflight = await fetch(endpoint, {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-amz-target",
    },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toBe("x-amz-target");
});

test("gateway: the admin API lists its routes when asked for another", async () => {
  const endpoint = await start();
  expect(await (await fetch(`${endpoint}/_millrace/health`)).json()).toEqual({ status: "ok" });
  const unknown = await fetch(`${endpoint}/_millrace/nothing`);
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ routes: ["GET /_millrace/health"] });
});

test("faults: a throttled call does nothing, a lost answer comes after the work was done", async () => {
  const random = createSeededRandom(7);
  const throttling = await start(createSeededFaults(random, { "sqs:ListQueues/throttled": 1 }));
  const refused = await callSqs(throttling, "ListQueues");
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("ThrottlingException");
  expect(calls).toBe(0);
  await server?.close(0);
  const losing = await start(createSeededFaults(random, { "sqs:ListQueues/answer-lost": 1 }));
  await expect(callSqs(losing, "ListQueues")).rejects.toThrow();
  expect(calls).toBeGreaterThan(0);
});
