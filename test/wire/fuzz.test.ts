/** Whatever arrives is answered: with the operation it calls or with an `AwsError`, never otherwise. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/wire/aws-error.ts";
import { decodeBody } from "../../src/wire/body.ts";
import { checkInput } from "../../src/wire/check.ts";
import { claimRequest } from "../../src/wire/claim.ts";
import { fail } from "../../src/wire/fail.ts";
import type { HttpRequest } from "../../src/wire/http.ts";
import { loadModel } from "../../src/wire/models.ts";
import { parseInput } from "../../src/wire/parse.ts";
import { CASES, inputArbitrary, operationsOf } from "./cases.ts";
import { sdkClient } from "./sdk.ts";

class Captured extends Error {}

/** What the gateway does up to the operation. Returns the status of the answer, 200 when called. */
function statusOf(sent: HttpRequest): number {
  let claim: ReturnType<typeof claimRequest> | undefined;
  try {
    const request = { ...sent, body: decodeBody(sent.headers, sent.body) };
    claim = claimRequest(request);
    checkInput(claim.model, claim.operation, parseInput(claim, request));
    return 200;
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return fail(claim, error, "id", sent).status;
  }
}

function isAnswer(status: number): boolean {
  return status === 200 || status === 501 || (status >= 400 && status < 500);
}

describe.each(CASES)("$service in $protocol", (one) => {
  let sent: HttpRequest | undefined;
  const capture = (request: HttpRequest): never => {
    sent = request;
    throw new Captured();
  };
  const client = sdkClient(one.service, capture, one.forced);

  test("a mutated request is called or refused", async () => {
    const operations = fc.constantFrom(...operationsOf(loadModel(one.service)));
    await fc.assert(
      fc.asyncProperty(operations, fc.gen(), async (operation, g) => {
        const input = g(() => inputArbitrary(one, operation));
        await expect(client.send(operation, input)).rejects.toThrow(Captured);
        const kind = g(fc.constantFrom, "flip" as const, "cut" as const, "swap" as const);
        const position = g(fc.double, { min: 0, max: 0.999, noNaN: true });
        const text = g(fc.string, { maxLength: 4 });
        expect(statusOf(mutated(present(sent), { kind, position, text }))).toSatisfy(isAnswer);
      }),
      { numRuns: 150 },
    );
  });
});

describe("arbitrary requests", () => {
  test("any head and any bytes are called or refused", async () => {
    const header = fc.constantFrom(
      "content-type",
      "x-amz-target",
      "authorization",
      "host",
      "smithy-protocol",
      "content-encoding",
      "x-amz-checksum-crc32",
      "content-md5",
      "x-amz-content-sha256",
      "x-amz-decoded-content-length",
      "x-amz-trailer",
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "application/x-www-form-urlencoded",
        "application/x-amz-json-1.0",
        "DynamoDB_20120810.PutItem",
        "AmazonSQS.__proto__",
        "rpc-v2-cbor",
        "aws-chunked",
        "gzip",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "AWS4-HMAC-SHA256 Credential=1/2/3/s3/aws4_request, x",
        "AWS4-HMAC-SHA256 Credential=1/2/3/lambda/aws4_request, x",
        "AWS4-HMAC-SHA256 Credential=1/2/3/constructor/aws4_request, x",
        "bucket.s3.localhost:4566",
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"),
        fc.string().map((text) => `/${text}`),
        fc.oneof(fc.string(), fc.constantFrom("Action=GetUser", "uploads", "%", "a=%zz&tagging")),
        fc.dictionary(header, value),
        fc.uint8Array({ maxLength: 200 }),
        async (method, path, query, headers, body) => {
          const request = { method, path, query, headers, body, sourceIp: "127.0.0.1" };
          expect(statusOf(request)).toSatisfy(isAnswer);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function present(request: HttpRequest | undefined): HttpRequest {
  if (request === undefined) {
    throw new Error("nothing was sent");
  }
  return request;
}

interface Mutation {
  readonly kind: "flip" | "cut" | "swap";
  readonly position: number;
  readonly text: string;
}

/** Changes the body where there is one, else the query or the path. */
function mutated(request: HttpRequest, { kind, position, text }: Mutation): HttpRequest {
  if (request.body.length === 0) {
    const part = request.query === "" ? "path" : "query";
    const at = Math.floor(position * request[part].length);
    const whole = request[part];
    return { ...request, [part]: `${whole.slice(0, at)}${text}${whole.slice(at + 1)}` };
  }
  const body = Buffer.from(request.body);
  const at = Math.floor(position * body.length);
  switch (kind) {
    case "flip":
      body[at] = (body[at] ?? 0) ^ (1 + (text.length % 255));
      return { ...request, body };
    case "cut":
      return { ...request, body: body.subarray(0, at) };
    default:
      return {
        ...request,
        body: Buffer.concat([body.subarray(0, at), Buffer.from(text), body.subarray(at + 1)]),
      };
  }
}
