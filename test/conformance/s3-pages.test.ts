/** Browsers with buckets: cross-origin requests, forms, links that expire; and events end to end. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACCOUNT, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const s3 = new S3Client({ ...engine.config, forcePathStyle: true });
const ORIGIN = "https://app.example.com";

async function bucketNamed(Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  return `${engine.endpoint}/${Bucket}`;
}

test("cross-origin rules: a bucket lets in the pages it names, and no others", async () => {
  const url = await bucketNamed("shared");
  const rule = { AllowedMethods: ["GET", "PUT"], AllowedOrigins: [ORIGIN], AllowedHeaders: ["*"] };
  const CORSConfiguration = { CORSRules: [{ ...rule, ExposeHeaders: ["ETag"] }] };
  const foreign = { headers: { origin: ORIGIN } };
  expect((await fetch(`${url}/key`, foreign)).status).toBe(403);
  await s3.send(new PutBucketCorsCommand({ Bucket: "shared", CORSConfiguration }));
  const ask = (origin: string) =>
    fetch(`${url}/key`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT" },
    });
  const allowed = await ask(ORIGIN);
  expect([allowed.status, allowed.headers.get("access-control-allow-methods")]).toEqual([
    200,
    "GET, PUT",
  ]);
  const refused = await ask("https://other.example.com");
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringContaining("CORSResponse: This CORS request is not allowed."),
  ]);
  const put = await fetch(`${url}/key`, { ...foreign, method: "PUT", body: "content" });
  expect(put.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect(put.headers.get("access-control-expose-headers")).toBe("ETag");
  expect(await (await fetch(`${url}/key`, foreign)).text()).toBe("content");
});

test("forms: upload what their policy lets them", async () => {
  const url = await bucketNamed("forms");
  const post = (fields: Readonly<Record<string, string>>, content = "content") => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      form.set(name, value);
    }
    form.set("file", new Blob([content]), "a file.txt");
    return fetch(url, { method: "POST", body: form, redirect: "manual" });
  };
  const policyOf = (expiration: string) =>
    Buffer.from(
      JSON.stringify({
        expiration,
        conditions: [
          { bucket: "forms" },
          ["starts-with", "$key", "in/"],
          ["starts-with", "$success_action_status", ""],
          ["content-length-range", 1, 10],
        ],
      }),
    ).toString("base64");
  const policy = policyOf("2126-01-01T00:00:00Z");
  const key = `in/${"$"}{filename}`;
  const created = await post({ key, policy, success_action_status: "201" });
  expect([created.status, await created.text()]).toEqual([
    201,
    expect.stringContaining("<Key>in/a file.txt</Key>"),
  ]);
  expect(await (await fetch(`${url}/in/a%20file.txt`)).text()).toBe("content");
  for (const [fields, content, message] of [
    [{ key, policy }, "x".repeat(11), "exceeds the maximum allowed size"],
    [{ key: "out", policy }, "x", "Policy Condition failed: [&quot;starts-with"],
    [{ key, policy, acl: "private" }, "x", "Extra input fields: acl"],
    [{ key, policy: policyOf("2020-01-01T00:00:00Z") }, "x", "Policy expired."],
    [{}, "x", "Bucket POST must contain a field named"],
  ] as const) {
    const refused = await post(fields, content);
    expect(refused.ok).toBe(false);
    expect((await refused.text()).replaceAll('"', "&quot;")).toContain(message);
  }
  const redirected = await post({ key: "k", success_action_redirect: "http://localhost/done" });
  expect([redirected.status, redirected.headers.get("location")]).toEqual([
    303,
    expect.stringContaining("http://localhost/done?bucket=forms&key=k&etag=%22"),
  ]);
});

test("presigned links: expire", async () => {
  const url = await bucketNamed("links");
  await s3.send(new PutObjectCommand({ Bucket: "links", Key: "key", Body: "content" }));
  const linkOf = (date: string, seconds = "60") =>
    `${url}/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${ACCOUNT}%2F20260101%2F${REGION}%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
  const now = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  expect(await (await fetch(linkOf(now))).text()).toBe("content");
  const expired = await fetch(linkOf("20260101T000000Z"));
  expect([expired.status, await expired.text()]).toEqual([
    403,
    expect.stringContaining("<Message>Request has expired</Message>"),
  ]);
  for (const [seconds, message] of [
    ["undefined", "X-Amz-Expires should be a number"],
    ["-1", "X-Amz-Expires must be non-negative"],
    ["604801", "must be less than 604800 seconds"],
  ] as const) {
    const refused = await fetch(linkOf(now, seconds));
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(message)]);
  }
});

test("versions and events: the SDK reads them as AWS's", async () => {
  await bucketNamed("versions");
  const Bucket = "versions";
  const sqs = new SQSClient(engine.config);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
  const QueueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`;
  await s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const QueueConfigurations = [{ QueueArn, Events: ["s3:ObjectRemoved:*" as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations },
    }),
  );
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "a b", Body: "x" }));
  const { DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: "a b" }));
  expect(DeleteMarker).toBe(true);
  const read = s3.send(new GetObjectCommand({ Bucket, Key: "a b" }));
  await expect(read).rejects.toMatchObject({ name: "NoSuchKey" });
  const byId = await s3.send(new GetObjectCommand({ Bucket, Key: "a b", VersionId }));
  expect(await byId.Body?.transformToString()).toBe("x");
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect([listed.Versions?.length, listed.DeleteMarkers?.[0]?.IsLatest]).toEqual([1, true]);
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await sqs.send(receive);
  const events = Messages.map(({ Body = "" }) => JSON.parse(Body) as Record<string, unknown>);
  expect(events).toMatchObject([
    { Event: "s3:TestEvent" },
    {
      Records: [{ eventName: "ObjectRemoved:DeleteMarkerCreated", s3: { object: { key: "a+b" } } }],
    },
  ]);
});

test("archives: a restore is accepted once, then refused while it goes on", async () => {
  await bucketNamed("archive");
  const at = { Bucket: "archive", Key: "key" };
  await s3.send(new PutObjectCommand({ ...at, Body: "x", StorageClass: "GLACIER" }));
  const restore = () => s3.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
  expect((await restore()).$metadata.httpStatusCode).toBe(202);
  await expect(restore()).rejects.toMatchObject({
    ...{ name: "RestoreAlreadyInProgress", $metadata: { httpStatusCode: 409 } },
  });
});
