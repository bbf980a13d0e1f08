import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBody, decodeStream } from "../../src/wire/body.ts";
import { type ChecksumAlgorithm, createChecksum } from "../../src/wire/checksums.ts";

const HELLO = Buffer.from("Hello, world!");
/** As long as a chunk must be that is not the last. */
const LONG = Buffer.concat([Buffer.alloc(8 * 1024, "x"), HELLO]);

function checksum(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const running = createChecksum(algorithm);
  running.update(bytes.subarray(0, 3));
  running.update(bytes.subarray(3));
  return running.digest();
}

describe("checksums", () => {
  // The check values of the CRC catalogue, over "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm
  test.each([
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
  ] as const)("%s of the catalogue's text is %s", (algorithm, hex) => {
    const digest = checksum(algorithm, Buffer.from("123456789"));
    expect(Buffer.from(digest, "base64").toString("hex")).toBe(hex);
  });

  // Of bytes that come whole, eight at a time, against the same bytes one by one.
  test.each(["crc32c", "crc64nvme"] as const)("%s is the same however bytes come", (algorithm) => {
    for (const [bytes] of fc.sample(fc.tuple(fc.uint8Array({ maxLength: 100 })), 200)) {
      const [whole, single] = [createChecksum(algorithm), createChecksum(algorithm)];
      whole.update(bytes);
      for (let at = 0; at < bytes.length; at += 1) {
        single.update(bytes.subarray(at, at + 1));
      }
      expect(whole.digest()).toBe(single.digest());
    }
  });

  test("hashes are those of the platform", () => {
    const expected = createHash("sha256").update(HELLO).digest("base64");
    expect(checksum("sha256", HELLO)).toBe(expected);
  });
});

describe("body: headers", () => {
  test.each(["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const)(
    "a %s that matches passes, one that does not is a BadDigest",
    (algorithm) => {
      const name = `x-amz-checksum-${algorithm}`;
      expect(decodeBody({ [name]: checksum(algorithm, HELLO) }, HELLO)).toEqual(HELLO);
      const wrong = { [name]: checksum(algorithm, Buffer.from("other")) };
      expect(() => decodeBody(wrong, HELLO)).toThrow(
        expect.objectContaining({
          code: "BadDigest",
          message: `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
        }),
      );
    },
  );

  test("Content-MD5 is verified, and refused when it is none", () => {
    const md5 = checksum("md5", HELLO);
    expect(decodeBody({ "content-md5": md5 }, HELLO)).toEqual(HELLO);
    expect(() => decodeBody({ "content-md5": md5 }, Buffer.from("x"))).toThrow(
      expect.objectContaining({
        code: "BadDigest",
        members: {
          ExpectedDigest: createHash("md5").update(HELLO).digest("hex"),
          CalculatedDigest: checksum("md5", Buffer.from("x")),
        },
      }),
    );
    expect(() => decodeBody({ "content-md5": "no" }, HELLO)).toThrow(
      expect.objectContaining({ code: "InvalidDigest", members: { "Content-MD5": "no" } }),
    );
  });

  test("the checksum of a completed multipart upload is not that of the request", () => {
    expect(decodeBody({ "x-amz-checksum-crc32": "AAAAAA==-2" }, HELLO)).toEqual(HELLO);
    const whole = { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT" };
    expect(decodeBody(whole, HELLO)).toEqual(HELLO);
  });
});

describe("body: gzip", () => {
  const zipped = { "content-encoding": "gzip", "content-type": "application/x-amz-json-1.0" };

  test("a protocol's own body is unzipped, an object's is kept", () => {
    expect(decodeBody(zipped, gzipSync(HELLO))).toEqual(HELLO);
    const object = gzipSync(HELLO);
    expect(decodeBody({ "content-encoding": "gzip" }, object)).toEqual(object);
  });

  test("what is no gzip, or becomes too large, is refused", () => {
    expect(() => decodeBody(zipped, HELLO)).toThrow(
      expect.objectContaining({ code: "SerializationException" }),
    );
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
    expect(() => decodeBody(zipped, bomb)).toThrow(expect.objectContaining({ status: 413 }));
  });
});

describe("body: aws-chunked", () => {
  const headers = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(LONG.length),
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  const chunked = (trailer: string): Buffer =>
    Buffer.from(`2000\r\n${"x".repeat(8 * 1024)}\r\nd\r\n${HELLO}\r\n0\r\n${trailer}\r\n`);
  const good = chunked(`x-amz-checksum-crc32:${checksum("crc32", LONG)}\r\n`);

  async function streamed(bytes: Uint8Array, sizes: readonly number[]): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of decodeStream(headers, cut(bytes, sizes))) {
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  test("the content comes whole, however it was cut on the way", async () => {
    expect(decodeBody(headers, good)).toEqual(LONG);
    const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 8_180, max: 8_220 }));
    await fc.assert(
      fc.asyncProperty(fc.array(size), async (sizes) => {
        expect(await streamed(good, sizes)).toEqual(LONG);
      }),
    );
  });

  test("signed chunks are read, their signatures are not verified", () => {
    const signed = {
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-decoded-content-length": "5",
    };
    const body = "5;chunk-signature=ab\r\nHello\r\n0;chunk-signature=cd\r\n\r\n";
    expect(decodeBody(signed, Buffer.from(body))).toEqual(Buffer.from("Hello"));
  });

  test.each([
    ["a wrong checksum", chunked("x-amz-checksum-crc32:AAAAAA==\r\n"), "BadDigest"],
    ["an absent trailer", chunked(""), "MalformedTrailerError"],
    ["a trailer that is none", chunked("nothing\r\n"), "MalformedTrailerError"],
    ["a body that is cut off", good.subarray(0, 12), "IncompleteBody"],
    ["a size that is none", Buffer.from("zz\r\n"), "IncompleteBody"],
    ["a chunk longer than it says", Buffer.from("1\r\nHello\r\n0\r\n\r\n"), "IncompleteBody"],
    ["a small chunk", Buffer.from("1\r\nH\r\n1\r\ne\r\n0\r\n\r\n"), "InvalidChunkSizeError"],
    ["less than was declared", Buffer.from("1\r\nH\r\n0\r\n\r\n"), "IncompleteBody"],
  ])("%s is refused, whole and streamed", async (_, body, code) => {
    expect(() => decodeBody(headers, body)).toThrow(expect.objectContaining({ code }));
    await expect(streamed(body, [4])).rejects.toMatchObject({ code });
  });

  test("a small chunk is told with the number of the one behind it", () => {
    const body = Buffer.from("3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n");
    expect(() => decodeBody(headers, body)).toThrow(
      expect.objectContaining({ status: 403, members: { Chunk: 2, BadChunkSize: 3 } }),
    );
  });

  test("the length without the chunks must be declared", () => {
    for (const length of ["abc", undefined]) {
      const { "x-amz-decoded-content-length": _, ...others } = headers;
      const declared = length && { "x-amz-decoded-content-length": length };
      expect(() => decodeBody({ ...others, ...declared }, good)).toThrow(
        expect.objectContaining({ code: "MissingContentLength", status: 411 }),
      );
    }
  });
});

/** Pieces of these sizes, then the rest in one. */
async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}
