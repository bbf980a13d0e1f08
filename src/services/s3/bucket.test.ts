import { expect, test } from "vitest";
import { bodyOf, createTestBucket } from "../../testing/s3-fixture.ts";
import { isBucketName } from "./bucket.ts";

test("isBucketName: follows the naming rules", () => {
  for (const name of ["abc", "a-b.c", "123", "a".repeat(63), "1.2.3.4.5"]) {
    expect([name, isBucketName(name)]).toEqual([name, true]);
  }
  const wrong = ["ab", "a".repeat(64), "Abc", "a_b", "-abc", "abc-", ".abc", "a..b", "1.2.3.4"];
  for (const name of [...wrong, "xn--abc", "abc-s3alias", "sthree-abc", "abc--x-s3", ""]) {
    expect([name, isBucketName(name)]).toEqual([name, false]);
  }
});

test("CreateBucket: makes a bucket that exists, is listed and has AWS's defaults", async () => {
  const { s3, clock } = await createTestBucket();
  expect(await s3("CreateBucket", { Bucket: "second" })).toEqual({
    Location: "/second",
    BucketArn: "arn:aws:s3:::second",
  });
  expect(await s3("HeadBucket", { Bucket: "second" })).toMatchObject({ BucketRegion: "us-east-1" });
  const { Buckets: buckets, Owner: owner } = await s3("ListBuckets", {});
  expect(buckets?.map(({ Name }) => Name)).toEqual(["bucket", "second"]);
  expect(buckets?.[0]?.CreationDate).toEqual(new Date(clock.nowMs()));
  expect(owner?.ID).toMatch(/^[0-9a-f]{64}$/);
  expect(await s3("GetPublicAccessBlock", { Bucket: "second" })).toEqual({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  expect(await s3("GetBucketOwnershipControls", { Bucket: "second" })).toEqual({
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  });
  const encryption = await s3("GetBucketEncryption", { Bucket: "second" });
  const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
  expect(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
});

test("CreateBucket: again, by its owner and by another account", async () => {
  const { s3 } = await createTestBucket();
  await s3("CreateBucket", { Bucket: "bucket" });
  await expect(
    s3("CreateBucket", { Bucket: "bucket" }, { accountId: "111111111111" }),
  ).rejects.toMatchObject({ code: "BucketAlreadyExists", status: 409 });
  const elsewhere = { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } };
  await s3("CreateBucket", { Bucket: "european", ...elsewhere });
  await expect(
    s3("CreateBucket", { Bucket: "european", ...elsewhere }, { region: "eu-west-1" }),
  ).rejects.toMatchObject({
    code: "BucketAlreadyOwnedByYou",
    members: { BucketName: "european" },
  });
  const { Buckets: theirs } = await s3("ListBuckets", {}, { accountId: "111111111111" });
  expect(theirs).toEqual([]);
});

test("CreateBucket: the location constraint fits the region", async () => {
  const { s3 } = await createTestBucket();
  const create = (region: string, LocationConstraint?: string): Promise<unknown> =>
    s3(
      "CreateBucket",
      { Bucket: `in-${region}`, CreateBucketConfiguration: { LocationConstraint } },
      { region },
    );
  await expect(create("eu-west-1")).rejects.toMatchObject({
    code: "IllegalLocationConstraintException",
    message:
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
  });
  await expect(create("eu-west-1", "us-west-2")).rejects.toMatchObject({
    code: "IllegalLocationConstraintException",
  });
  await expect(create("us-east-1", "us-east-1")).rejects.toMatchObject({
    code: "InvalidLocationConstraint",
  });
  await create("us-east-1", "EU");
  expect(await s3("GetBucketLocation", { Bucket: "in-us-east-1" })).toEqual({
    LocationConstraint: "eu-west-1",
  });
  expect(await s3("GetBucketLocation", { Bucket: "bucket" })).toEqual({
    LocationConstraint: undefined,
  });
});

test("CreateBucket: refuses names, lists of access and what is not there", async () => {
  const { s3 } = await createTestBucket();
  await expect(s3("CreateBucket", { Bucket: "No" })).rejects.toMatchObject({
    code: "InvalidBucketName",
    members: { BucketName: "No" },
  });
  await expect(s3("CreateBucket", { Bucket: "public", ACL: "public-read" })).rejects.toMatchObject({
    code: "InvalidBucketAclWithObjectOwnership",
  });
  await expect(
    s3("CreateBucket", {
      Bucket: "dir",
      CreateBucketConfiguration: { Bucket: { Type: "Directory" } },
    }),
  ).rejects.toMatchObject({
    status: 501,
    message: "Millrace does not support directory buckets of CreateBucket.",
  });
});

test("ListBuckets: gives pages and those of a prefix or a region", async () => {
  const { s3 } = await createTestBucket();
  for (const Bucket of ["one", "two", "three"]) {
    await s3("CreateBucket", { Bucket });
  }
  const first = await s3("ListBuckets", { MaxBuckets: 3 });
  expect(first.Buckets?.map(({ Name }) => Name)).toEqual(["bucket", "one", "three"]);
  const second = await s3("ListBuckets", {
    MaxBuckets: 3,
    ContinuationToken: first.ContinuationToken,
  });
  expect(second.Buckets?.map(({ Name }) => Name)).toEqual(["two"]);
  expect(second.ContinuationToken).toBeUndefined();
  const some = await s3("ListBuckets", { Prefix: "t", BucketRegion: "us-east-1" });
  expect(some.Buckets?.map(({ Name }) => Name)).toEqual(["three", "two"]);
  expect((await s3("ListBuckets", { BucketRegion: "eu-west-1" })).Buckets).toEqual([]);
});

test("DeleteBucket: only when it is empty; uploads in progress go with it", async () => {
  const { s3, blobs, rows } = await createTestBucket();
  await s3("PutObject", { Bucket: "bucket", Key: "key", Body: bodyOf("content") });
  await expect(s3("DeleteBucket", { Bucket: "bucket" })).rejects.toMatchObject({
    code: "BucketNotEmpty",
    message: "The bucket you tried to delete is not empty",
    members: { BucketName: "bucket" },
  });
  await s3("DeleteObject", { Bucket: "bucket", Key: "key" });
  await s3("PutBucketPolicy", { Bucket: "bucket", Policy: '{"Statement":[]}' });
  for (let at = 0; at < 11; at += 1) {
    const { UploadId = "" } = await s3("CreateMultipartUpload", { Bucket: "bucket", Key: "k" });
    const part = { Bucket: "bucket", Key: "k", UploadId, PartNumber: 1 };
    await s3("UploadPart", { ...part, Body: bodyOf("x".repeat(20_000)) });
  }
  await s3("DeleteBucket", { Bucket: "bucket" });
  await expect(s3("HeadBucket", { Bucket: "bucket" })).rejects.toMatchObject({
    code: "NotFound",
    status: 404,
  });
  expect(await rows()).toEqual([]);
  expect(await blobs()).toBe(0);
  await expect(s3("DeleteBucket", { Bucket: "bucket" })).rejects.toMatchObject({
    code: "NoSuchBucket",
    message: "The specified bucket does not exist",
    members: { BucketName: "bucket" },
  });
});

test("bucket configurations: are kept, returned and deleted", async () => {
  const { s3 } = await createTestBucket();
  const Bucket = "bucket";
  await s3("PutBucketTagging", { Bucket, Tagging: { TagSet: [{ Key: "k", Value: "v" }] } });
  expect(await s3("GetBucketTagging", { Bucket })).toEqual({ TagSet: [{ Key: "k", Value: "v" }] });
  await s3("DeleteBucketTagging", { Bucket });
  const Policy = '{ "Version": "2012-10-17", "Statement": [] }';
  await s3("PutBucketPolicy", { Bucket, Policy });
  expect(await s3("GetBucketPolicy", { Bucket })).toEqual({ Policy });
  await s3("DeleteBucketPolicy", { Bucket });
  await s3("PutPublicAccessBlock", {
    Bucket,
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  });
  expect(await s3("GetPublicAccessBlock", { Bucket })).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: false },
  });
  await s3("DeletePublicAccessBlock", { Bucket });
  const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" }] };
  await s3("PutBucketOwnershipControls", { Bucket, OwnershipControls });
  expect(await s3("GetBucketOwnershipControls", { Bucket })).toEqual({ OwnershipControls });
  await s3("DeleteBucketOwnershipControls", { Bucket });
  const ServerSideEncryptionConfiguration = {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "key" },
        BucketKeyEnabled: true,
      },
    ],
  };
  await s3("PutBucketEncryption", { Bucket, ServerSideEncryptionConfiguration });
  expect(await s3("GetBucketEncryption", { Bucket })).toEqual({
    ServerSideEncryptionConfiguration,
  });
  expect(await s3("PutObject", { Bucket, Key: "k" })).toMatchObject({
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: "arn:aws:kms:us-east-1:000000000000:key/key",
    BucketKeyEnabled: true,
  });
});

test.each([
  ["GetBucketTagging", "NoSuchTagSet"],
  ["GetBucketPolicy", "NoSuchBucketPolicy"],
  ["GetBucketCors", "NoSuchCORSConfiguration"],
  ["GetBucketWebsite", "NoSuchWebsiteConfiguration"],
  ["GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"],
  ["GetBucketReplication", "ReplicationConfigurationNotFoundError"],
  ["GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"],
] as const)("%s: answers %s when nothing was put", async (operation, code) => {
  const { s3 } = await createTestBucket();
  await expect(s3(operation, { Bucket: "bucket" })).rejects.toMatchObject({ code, status: 404 });
  await expect(s3(operation, { Bucket: "missing" })).rejects.toMatchObject({
    code: "NoSuchBucket",
  });
});

test("PutBucketPolicy: refuses what is no policy", async () => {
  const { s3 } = await createTestBucket();
  for (const Policy of ["", "no", "[]", ' {"Statement":[]}']) {
    await expect(s3("PutBucketPolicy", { Bucket: "bucket", Policy })).rejects.toMatchObject({
      code: "MalformedPolicy",
      message: "Policies must be valid JSON and the first byte must be '{'",
    });
  }
  await expect(s3("PutBucketPolicy", { Bucket: "bucket", Policy: "{}" })).rejects.toMatchObject({
    message: "Missing required field Statement",
  });
  const statement = {
    ...{ Effect: "Allow", Principal: { AWS: "111122223333" } },
    ...{ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::bucket/*" },
  };
  const put = (Version: string | undefined, more: object) => {
    const Policy = JSON.stringify({ Version, Statement: { ...statement, ...more } });
    return s3("PutBucketPolicy", { Bucket: "bucket", Policy });
  };
  for (const Resource of ["arn:aws:s3:::bucket", ["arn:aws:s3:::buck*/a"], "*"]) {
    await put("2012-10-17", { Resource });
  }
  const refusals = [
    ["2020-01-01", {}, "The policy must contain a valid version string"],
    [undefined, { Effect: "hello" }, "Invalid effect: hello"],
    [undefined, { Principal: undefined }, "Missing required field Principal"],
    [undefined, { Action: "sqs:SendMessage" }, "Policy has invalid action"],
    [undefined, { Resource: "arn:aws:s3:::other/*" }, "Policy has invalid resource"],
    [undefined, { Resource: ["bucket"] }, "Policy has invalid resource"],
  ] as const;
  for (const [version, more, message] of refusals) {
    await expect(put(version, more)).rejects.toMatchObject({ code: "MalformedPolicy", message });
  }
});

test("ExpectedBucketOwner: another one is denied", async () => {
  const { s3 } = await createTestBucket();
  const input = { Bucket: "bucket", ExpectedBucketOwner: "111111111111" };
  await expect(s3("GetBucketLocation", input)).rejects.toMatchObject({
    code: "AccessDenied",
    status: 403,
  });
});
