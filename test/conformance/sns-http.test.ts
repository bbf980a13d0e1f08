/**
 * SNS over HTTP, with a real endpoint and the public message validator, against an engine that
 * answers TLS.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import MessageValidator from "sns-validator";
import { afterAll, expect, test } from "vitest";
import { createCloud } from "../../src/app/cloud.ts";
import { selfSignedCertificate } from "../../src/base/self-signed-certificate.ts";
import { createMemoryLog } from "../../src/platform/log.ts";
import { ACCOUNT, REGION } from "./engine.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const cert = selfSignedCertificate({
  privateKey,
  commonName: "localhost",
  notBeforeMs: Date.UTC(2020, 0, 1),
  notAfterMs: Date.UTC(2120, 0, 1),
  addresses: ["127.0.0.1"],
});
const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
/** The validator fetches certificates with the agent of the process. */
https.globalAgent.options.ca = cert;

const directory = mkdtempSync(path.join(tmpdir(), "millrace-conformance-"));
const log = createMemoryLog();
const cloud = await createCloud({ directory, durability: "memory", tls: { key, cert }, log });
const endpoint = `https://127.0.0.1:${cloud.port}`;
const requestHandler = new NodeHttpHandler({ httpsAgent: new https.Agent({ ca: cert }) });
const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "any" };
const sns = new SNSClient({
  endpoint,
  region: REGION,
  credentials,
  requestHandler,
  maxAttempts: 1,
});

interface Hook {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const hooks: Hook[] = [];
const waiting: (() => void)[] = [];
const server = http.createServer((request, reply) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    hooks.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    reply.end("OK");
    waiting.shift()?.();
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

afterAll(async () => {
  sns.destroy();
  server.closeAllConnections();
  server.close();
  await cloud.close();
  rmSync(directory, { recursive: true });
});

async function nextHook(): Promise<Hook> {
  if (hooks.length === 0) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  return hooks.shift() as Hook;
}

const validator = new MessageValidator(/^127\.0\.0\.1:\d+$/);

function validated(body: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    validator.validate(body, (error, message) => {
      error ? reject(error) : resolve(message as Record<string, string>);
    });
  });
}

async function get(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ca: cert }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("end", () => {
          resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      })
      .on("error", reject);
  });
}

test.each(["1", "2"])(
  "http: sns-validator accepts confirmation and notification of version %s, and no forgery",
  async (SignatureVersion) => {
    const { TopicArn = "" } = await sns.send(
      new CreateTopicCommand({
        Name: `hooks-${SignatureVersion}`,
        Attributes: { SignatureVersion },
      }),
    );
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: hookUrl }));
    const asked = await nextHook();
    const confirmation = await validated(asked.body);
    expect(confirmation).toMatchObject({ Type: "SubscriptionConfirmation", SignatureVersion });

    const confirmed = await get(confirmation["SubscribeURL"] ?? "");
    expect(confirmed).toMatchObject({
      status: 200,
      body: expect.stringMatching(
        new RegExp(`<ConfirmSubscriptionResult><SubscriptionArn>${TopicArn}:[0-9a-f-]{36}<`),
      ),
    });
    const Subject = "Grüße";
    await sns.send(new PublishCommand({ TopicArn, Message: "hello\nworld", Subject }));
    const told = await nextHook();
    const notification = await validated(told.body);
    expect(notification).toMatchObject({ Type: "Notification", Message: "hello\nworld", Subject });
    expect(told.headers).toMatchObject({
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-message-id": notification["MessageId"],
      "content-type": "text/plain; charset=UTF-8",
    });
    await expect(validated(told.body.replace("hello", "jello"))).rejects.toThrow(
      "The message signature is invalid.",
    );

    expect(await get(notification["UnsubscribeURL"] ?? "")).toMatchObject({ status: 200 });
    const goodbye = await nextHook();
    expect(goodbye.headers["x-amz-sns-message-type"]).toBe("UnsubscribeConfirmation");
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([]);
  },
);

test("links: a token that is none is refused as AWS does, and a certificate that is none is not there", async () => {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "links" }));
  const link = `${endpoint}/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=abc`;
  expect(await get(link)).toMatchObject({
    status: 400,
    body: expect.stringContaining("<Message>Invalid parameter: Token</Message>"),
  });
  expect(await get(`${endpoint}/SimpleNotificationService-00.pem`)).toMatchObject({ status: 404 });
});

test("outbox: the mail of a subscription is read over the admin API", async () => {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "mails" }));
  const Endpoint = "a@example.com";
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint }));
  const { body } = await get(`${endpoint}/_millrace/outbox?protocol=email&address=${Endpoint}`);
  const { messages } = JSON.parse(body);
  expect(messages).toMatchObject([{ to: Endpoint, type: "SubscriptionConfirmation" }]);
  const [link = ""] = /https:\/\/\S+/.exec(messages[0].body) ?? [];
  expect(await get(link)).toMatchObject({ status: 200 });
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  const { body: after } = await get(`${endpoint}/_millrace/outbox?after=${messages[0].number}`);
  expect(JSON.parse(after).messages).toMatchObject([
    { body: expect.stringMatching(/^hello\n/), topicArn: TopicArn },
  ]);
});
