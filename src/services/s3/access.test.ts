/** Lists of access, encryption, cross-origin rules and attributes: what is kept and told. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bodyOf, createTestBucket, textOf } from "../../testing/s3-fixture.ts";
import { canonicalUser } from "./bucket.ts";
import { corsHeaders } from "./cors.ts";

const Bucket = "bucket";
const at = { Bucket, Key: "key" };
const OWNER = canonicalUser("000000000000");
const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

test("lists of access: canned ones and grants are told as grants", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", at);
  const owner = { Grantee: { Type: "CanonicalUser", ...OWNER }, Permission: "FULL_CONTROL" };
  expect(await s3("GetObjectAcl", at)).toEqual({ Owner: OWNER, Grants: [owner] });
  await expect(s3("PutObjectAcl", { ...at, ACL: "public-read" })).rejects.toMatchObject({
    code: "AccessControlListNotSupported",
  });
  const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" }] };
  await s3("PutBucketOwnershipControls", { Bucket, OwnershipControls });
  await expect(s3("PutObjectAcl", { ...at, ACL: "public-read" })).rejects.toMatchObject({
    code: "AccessDenied",
  });
  await s3("DeletePublicAccessBlock", { Bucket });
  await s3("PutObjectAcl", { ...at, ACL: "public-read" });
  const everybody = { Grantee: { Type: "Group", URI: ALL_USERS }, Permission: "READ" };
  expect((await s3("GetObjectAcl", at)).Grants).toEqual([owner, everybody]);
  await s3("PutBucketAcl", { Bucket, GrantRead: `uri="${ALL_USERS}"` });
  expect((await s3("GetBucketAcl", { Bucket })).Grants).toEqual([everybody]);
});

test("bucket policies: whether they are public", async () => {
  const { s3 } = await createTestBucket();
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
  const policyOf = (more: object): string =>
    JSON.stringify({ Statement: [{ ...statement, ...more }] });
  await expect(s3("PutBucketPolicy", { Bucket, Policy: policyOf({}) })).rejects.toMatchObject({
    code: "AccessDenied",
  });
  await s3("DeletePublicAccessBlock", { Bucket });
  await s3("PutBucketPolicy", { Bucket, Policy: policyOf({}) });
  const isPublic = async () =>
    (await s3("GetBucketPolicyStatus", { Bucket })).PolicyStatus?.IsPublic;
  expect(await isPublic()).toBe(true);
  const Condition = { StringEquals: { "aws:SourceAccount": "111122223333" } };
  await s3("PutBucketPolicy", { Bucket, Policy: policyOf({ Condition }) });
  expect(await isPublic()).toBe(false);
});

test("a customer's key: reads need it", async () => {
  const { s3 } = await createTestBucket();
  const keyOf = (character: string) => {
    const bytes = Buffer.alloc(32, character);
    return {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: bytes.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(bytes).digest("base64"),
    };
  };
  const { SSECustomerKey: _, ...told } = keyOf("a");
  expect(await s3("PutObject", { ...at, ...keyOf("a"), Body: bodyOf("secret") })).toMatchObject(
    told,
  );
  await expect(s3("GetObject", at)).rejects.toMatchObject({ code: "InvalidRequest" });
  await expect(s3("GetObject", { ...at, ...keyOf("b") })).rejects.toMatchObject({ status: 403 });
  const { Body: body, ...head } = await s3("GetObject", { ...at, ...keyOf("a") });
  expect(await textOf(body)).toBe("secret");
  expect(head).toMatchObject(told);
});

test("GetObjectAttributes: what is asked for", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("content"), ChecksumAlgorithm: "CRC32" });
  const ObjectAttributes = ["ETag", "Checksum", "ObjectSize"];
  expect(await s3("GetObjectAttributes", { ...at, ObjectAttributes })).toMatchObject({
    ETag: "9a0364b9e99bb480dd25e1f0284c8555",
    Checksum: { ChecksumCRC32: expect.any(String), ChecksumType: "FULL_OBJECT" },
    ObjectSize: 7,
    StorageClass: undefined,
  });
});

test("cross-origin rules: the first that fits answers", () => {
  const rules = [
    { AllowedMethods: ["GET"], AllowedOrigins: ["https://*.example.com"], MaxAgeSeconds: 60 },
    { AllowedMethods: ["PUT"], AllowedOrigins: ["*"], AllowedHeaders: ["x-amz-*"] },
  ];
  const ask = (origin: string, method: string, headers: readonly string[] = []) =>
    Object.fromEntries(corsHeaders(rules, { origin, method, headers }) ?? []);
  expect(ask("https://www.example.com", "GET")).toMatchObject({
    "access-control-allow-origin": "https://www.example.com",
    "access-control-allow-credentials": "true",
    "access-control-max-age": "60",
  });
  expect(ask("https://example.org", "GET")).toEqual({});
  expect(ask("https://example.org", "PUT", ["X-Amz-Date"])).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "x-amz-date",
  });
  expect(ask("https://example.org", "PUT", ["content-type"])).toEqual({});
});

test("PutBucketCors: is kept, and checked", async () => {
  const { s3 } = await createTestBucket();
  const put = (rule: object) =>
    s3("PutBucketCors", {
      Bucket,
      CORSConfiguration: {
        CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], ...rule }],
      },
    });
  await put({ ID: "one" });
  expect(await s3("GetBucketCors", { Bucket })).toEqual({
    CORSRules: [{ ID: "one", AllowedMethods: ["GET"], AllowedOrigins: ["*"] }],
  });
  await expect(put({ AllowedMethods: ["PATCH"] })).rejects.toMatchObject({
    message: "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
  });
  await expect(put({ AllowedOrigins: ["*.*"] })).rejects.toMatchObject({ code: "InvalidRequest" });
  await s3("DeleteBucketCors", { Bucket });
  await expect(s3("GetBucketCors", { Bucket })).rejects.toMatchObject({
    code: "NoSuchCORSConfiguration",
  });
});
