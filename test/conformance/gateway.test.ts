/** What stands before every service: safety, encodings, and answers to what is malformed. */
import http from "node:http";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { KinesisClient, ListChannelsCommand, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const TOO_LARGE_BYTES = 97 * 1024 * 1024;

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly continued: boolean;
}

const LIST_QUEUES = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": "AmazonSQS.ListQueues",
};

/** A request with any header, which `fetch` does not allow. */
function send(
  headers: Record<string, string>,
  body: string | Uint8Array = "{}",
  method = "POST",
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let continued = false;
    const request = http.request(engine.endpoint, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          continued,
        }),
      );
    });
    request.on("error", reject);
    if (headers["expect"] === undefined) {
      request.end(body);
    } else {
      request.on("continue", () => {
        continued = true;
        request.end(body);
      });
      request.flushHeaders();
    }
  });
}

test("gateway: keeps rebound names and pages of other sites out", async () => {
  expect((await send({ ...LIST_QUEUES, host: "rebound.example" })).status).toBe(403);
  expect((await send({ ...LIST_QUEUES, origin: "https://evil.example" })).status).toBe(403);
  expect((await send({ ...LIST_QUEUES, origin: "null" })).status).toBe(403);
  expect((await send({ ...LIST_QUEUES, "sec-fetch-site": "cross-site" })).status).toBe(403);
  const hosts = ["localhost", "sqs.us-east-1.amazonaws.com", "[::1]:4566", "bucket.localhost:1"];
  for (const host of hosts) {
    expect(await send({ ...LIST_QUEUES, host }), host).toMatchObject({ status: 200 });
  }
});

test("gateway: lets pages of this machine call it", async () => {
  const origin = "http://localhost:3000";
  const preflight = await send(
    {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-amz-target",
    },
    "",
    "OPTIONS",
  );
  expect(preflight).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "x-amz-target",
    },
  });
  const answer = await send({ ...LIST_QUEUES, origin });
  expect(answer).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": origin },
  });
});

test("gateway: reads gzip bodies, and says when to go on with one", async () => {
  const zipped = await send({ ...LIST_QUEUES, "content-encoding": "gzip" }, gzipSync("{}"));
  expect(zipped.status).toBe(200);
  const asked = await send({ ...LIST_QUEUES, expect: "100-continue" });
  expect(asked).toMatchObject({ status: 200, continued: true });
});

test("gateway: answers the HTTP/2 of the Kinesis client, refusals by name too", async () => {
  const kinesis = new KinesisClient(engine.config);
  expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual([]);
  await expect(kinesis.send(new ListChannelsCommand({}))).rejects.toMatchObject({
    name: "NotImplemented",
    message: "Millrace does not support kinesis:ListChannels.",
    $metadata: { httpStatusCode: 501 },
  });
  kinesis.destroy();
});

test("gateway: answers malformed requests with an error of AWS", async () => {
  const status = async (headers: Record<string, string>, body: string | Uint8Array) =>
    (await send(headers, body)).status;
  expect(await status(LIST_QUEUES, "{")).toBe(400);
  expect(await status(LIST_QUEUES, "[1]")).toBe(400);
  expect(await status({ ...LIST_QUEUES, "content-encoding": "gzip" }, "not gzip")).toBe(400);
  expect(await status({ ...LIST_QUEUES, "x-amz-target": "AmazonSQS.Nothing" }, "{}")).toBe(400);
  expect(await status({ ...LIST_QUEUES, "x-amz-target": "Nobody.Nothing" }, "{}")).toBe(400);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  expect(await status(form, "Action=Nothing&Version=2012-11-05")).toBe(400);
});

test("gateway: refuses bodies that are too large before it reads them", async () => {
  const refused = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { ...LIST_QUEUES, "content-length": `${TOO_LARGE_BYTES}` };
    const request = http.request(engine.endpoint, { method: "POST", headers }, (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on("error", reject);
    request.flushHeaders();
  });
  expect(refused).toBe(413);
});

test("gateway: closes what is not HTTP, and goes on", async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = net.connect(engine.port, "127.0.0.1", () => socket.write("nonsense\r\n\r\n"));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  const sqs = new SQSClient(engine.config);
  expect((await sqs.send(new ListQueuesCommand({}))).$metadata.httpStatusCode).toBe(200);
});
