import { describe, expect, test } from "vitest";
import { accountOfAccessKey, temporaryAccessKey } from "../../src/wire/access-key.ts";
import { claimRequest, hasStreamingInput } from "../../src/wire/claim.ts";
import type { HttpRequest } from "../../src/wire/http.ts";
import { identityOf } from "../../src/wire/identity.ts";
import { httpRequest } from "./http-request.ts";

function claimed(request: HttpRequest): string {
  const { model, operation, protocol } = claimRequest(request);
  return `${protocol} ${model.name}:${operation}`;
}

function target(name: string, version = "1.0"): HttpRequest {
  return httpRequest("POST /", {
    headers: { "x-amz-target": name, "content-type": `application/x-amz-json-${version}` },
  });
}

function form(body: string, signedFor?: string): HttpRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return httpRequest("POST /", { headers, body, ...(signedFor && { signedFor }) });
}

describe("claim: by target, path and form", () => {
  test("the content type says the version of JSON", () => {
    expect(claimed(target("AmazonSQS.SendMessage"))).toBe("awsJson1_0 sqs:SendMessage");
    expect(claimed(target("AWSEvents.PutEvents", "1.1"))).toBe("awsJson1_1 events:PutEvents");
  });

  test.each(["AmazonSQS.Nope", "AmazonSQS.constructor", "AmazonSQS.", "nothing", "Lambda.Invoke"])(
    "the target %s is an unknown operation",
    (name) => {
      expect(() => claimRequest(target(name))).toThrow(
        expect.objectContaining({ code: "UnknownOperationException", status: 400 }),
      );
    },
  );

  test("a service of AWS that there is not here is refused by name", () => {
    const refusal = { code: "NotImplemented", status: 501 };
    expect(() => claimRequest(target("TrentService.CreateKey"))).toThrow(
      expect.objectContaining({ ...refusal, message: expect.stringContaining("kms:CreateKey") }),
    );
    const batch = httpRequest("POST /v1/createjobqueue", { signedFor: "batch" });
    expect(() => claimRequest(batch)).toThrow(
      expect.objectContaining({ ...refusal, message: expect.stringContaining("batch") }),
    );
  });

  test("a repository of images is not found, for clients that ask whether one was left", () => {
    const ecr = (operation: string) => () =>
      claimRequest(target(`AmazonEC2ContainerRegistry_V20150921.${operation}`, "1.1"));
    expect(ecr("DescribeRepositories")).toThrow(
      expect.objectContaining({ code: "RepositoryNotFoundException", status: 400 }),
    );
    expect(ecr("CreateRepository")).toThrow(expect.objectContaining({ code: "NotImplemented" }));
  });

  test("a form says its action, and the signature or the version its service", () => {
    expect(claimed(form("Action=CreateQueue&QueueName=a", "sqs"))).toBe("awsQuery sqs:CreateQueue");
    expect(claimed(form("Action=Publish&Version=2010-03-31"))).toBe("awsQuery sns:Publish");
    expect(claimed(form("Action=AssumeRole"))).toBe("awsQuery sts:AssumeRole");
    const get = httpRequest("GET /?Action=GetCallerIdentity&Version=2011-06-15");
    expect(claimed(get)).toBe("awsQuery sts:GetCallerIdentity");
    const posted = httpRequest("POST /000000000000/q?Action=DeleteMessage", { signedFor: "sqs" });
    expect(claimed(posted)).toBe("awsQuery sqs:DeleteMessage");
  });

  test("two services of API Gateway sign with one name", () => {
    const claimedAt = (line: string) => claimed(httpRequest(line, { signedFor: "apigateway" }));
    expect(claimedAt("GET /restapis")).toBe("restJson1 apigateway:GetRestApis");
    expect(claimedAt("GET /v2/apis")).toBe("restJson1 apigatewayv2:GetApis");
  });

  test("a form without a known action is refused as by AWS", () => {
    expect(() => claimRequest(form("Action=Nope&Version=2010-05-08", "iam"))).toThrow(
      expect.objectContaining({
        code: "InvalidAction",
        message: "Could not find operation Nope for version 2010-05-08",
      }),
    );
    expect(() => claimRequest(form("Version=2010-05-08", "iam"))).toThrow(
      expect.objectContaining({ code: "MissingAction" }),
    );
  });
});

describe("claim: S3", () => {
  test.each([
    ["GET /", "ListBuckets"],
    ["GET /?x-id=ListBuckets", "ListBuckets"],
    ["GET /bucket", "ListObjects"],
    ["GET /bucket/?list-type=2&prefix=a", "ListObjectsV2"],
    ["GET /bucket?location", "GetBucketLocation"],
    ["GET /bucket/?location=", "GetBucketLocation"],
    ["HEAD /bucket", "HeadBucket"],
    ["PUT /bucket/", "CreateBucket"],
    ["PUT /bucket?tagging", "PutBucketTagging"],
    ["DELETE /bucket", "DeleteBucket"],
    ["DELETE /bucket?analytics", "DeleteBucketAnalyticsConfiguration"],
    ["POST /bucket/?delete=", "DeleteObjects"],
    ["GET /bucket/a/b//c", "GetObject"],
    ["HEAD /bucket/a", "HeadObject"],
    ["GET /bucket/a?uploadId=1", "ListParts"],
    ["GET /bucket/a?acl", "GetObjectAcl"],
    ["PUT /bucket/a", "PutObject"],
    ["PUT /bucket/a?partNumber=1&uploadId=2", "UploadPart"],
    ["POST /bucket/a?uploads", "CreateMultipartUpload"],
    ["POST /bucket/a?uploadId=1", "CompleteMultipartUpload"],
    ["DELETE /bucket/a?uploadId=1", "AbortMultipartUpload"],
    ["DELETE /bucket/a?versionId=1", "DeleteObject"],
  ])("%s is %s", (line, operation) => {
    expect(claimed(httpRequest(line, { signedFor: "s3" }))).toBe(`restXml s3:${operation}`);
    expect(claimed(httpRequest(line))).toBe(`restXml s3:${operation}`);
  });

  test("a header makes a copy of a put", () => {
    const headers = { "x-amz-copy-source": "/a/b" };
    expect(claimed(httpRequest("PUT /bucket/a", { headers }))).toBe("restXml s3:CopyObject");
    const part = httpRequest("PUT /bucket/a?partNumber=1&uploadId=2", { headers });
    expect(claimed(part)).toBe("restXml s3:UploadPartCopy");
  });

  test.each(["DELETE /bucket?versioning", "POST /bucket", "PATCH /bucket/a", "DELETE /"])(
    "%s is no operation",
    (line) => {
      expect(() => claimRequest(httpRequest(line, { signedFor: "s3" }))).toThrow(
        expect.objectContaining({ code: "MethodNotAllowed", status: 405 }),
      );
    },
  );

  test.each([
    ["bucket.s3.localhost:4566", "bucket"],
    ["bucket.localhost:4566", "bucket"],
    ["my.bucket.s3.amazonaws.com", "my.bucket"],
    ["bucket.s3.eu-west-1.amazonaws.com", "bucket"],
    ["bucket.s3-eu-west-1.amazonaws.com", "bucket"],
  ])("the host %s names the bucket %s", (host, bucket) => {
    const claim = claimRequest(httpRequest("GET /a%2Fb/c", { headers: { host }, signedFor: "s3" }));
    expect([claim.operation, claim.labels]).toEqual([
      "GetObject",
      { Bucket: bucket, Key: "a%2Fb/c" },
    ]);
  });

  test.each([
    "127.0.0.1:4566",
    "localhost:4566",
    "s3.localhost:4566",
    "s3.eu-west-1.amazonaws.com",
  ])("the host %s names none", (host) => {
    const claim = claimRequest(httpRequest("GET /b//c", { headers: { host }, signedFor: "s3" }));
    expect(claim.labels).toEqual({ Bucket: "b", Key: "/c" });
  });

  test("uploads are streamed, and nothing else", () => {
    expect(hasStreamingInput(claimRequest(httpRequest("PUT /b/k")))).toBe(true);
    expect(hasStreamingInput(claimRequest(httpRequest("PUT /b?tagging")))).toBe(false);
    expect(hasStreamingInput(claimRequest(target("AmazonSQS.SendMessage")))).toBe(false);
  });
});

describe("claim: REST services", () => {
  test("a trailing slash means nothing, and labels stay as sent", () => {
    const list = httpRequest("GET /2015-03-31/functions/", { signedFor: "lambda" });
    expect(claimed(list)).toBe("restJson1 lambda:ListFunctions");
    const arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Aa";
    const tags = httpRequest(`GET /2017-03-31/tags/${arn}`, { signedFor: "lambda" });
    expect(claimRequest(tags).labels).toEqual({ Resource: arn });
    const layer = httpRequest("GET /2018-10-31/layers?find=LayerVersion&Arn=a", {
      signedFor: "lambda",
    });
    expect(claimed(layer)).toBe("restJson1 lambda:GetLayerVersionByArn");
  });

  test("an unknown path is an unknown operation", () => {
    const request = httpRequest("GET /2015-03-31/nothing", { signedFor: "lambda" });
    expect(() => claimRequest(request)).toThrow(
      expect.objectContaining({ code: "UnknownOperationException", status: 404 }),
    );
  });
});

describe("identity", () => {
  test("the credential scope says account, region and service", () => {
    expect(identityOf(httpRequest("GET /", { signedFor: "sqs" }))).toEqual({
      accountId: "123456789012",
      region: "eu-west-1",
      signingName: "sqs",
      accessKeyId: "123456789012",
    });
  });

  test("a presigned URL says the same", () => {
    const credential = "AKIDEXAMPLE%2F20260101%2Fus-west-2%2Fs3%2Faws4_request";
    expect(identityOf(httpRequest(`GET /b?X-Amz-Credential=${credential}`))).toMatchObject({
      accountId: "000000000000",
      region: "us-west-2",
      signingName: "s3",
    });
  });

  test("SigV2 and anonymous requests have the default region", () => {
    const old = httpRequest("GET /b/k?AWSAccessKeyId=111122223333&Signature=a");
    expect(identityOf(old)).toMatchObject({ accountId: "111122223333", region: "us-east-1" });
    const header = httpRequest("GET /", { headers: { authorization: "AWS 111122223333:sig=" } });
    expect(identityOf(header)).toMatchObject({ accountId: "111122223333", signingName: undefined });
    expect(identityOf(httpRequest("GET /"))).toMatchObject({ accountId: "000000000000" });
  });

  test("a temporary key carries its account, a real one of AWS does not", () => {
    for (const account of ["000000000000", "123456789012", "999999999999"]) {
      const key = temporaryAccessKey(account, Buffer.from("00ff00ff00ff00ff00ff", "hex"));
      expect(key).toMatch(/^ASIA[A-Z2-7]{16}$/);
      expect(accountOfAccessKey(key)).toBe(account);
    }
    expect(accountOfAccessKey("ASIAY34FZKBOKMUTVV7A")).toBeUndefined();
    expect(accountOfAccessKey("AKIAIOSFODNN7EXAMPLE")).toBeUndefined();
  });
});
