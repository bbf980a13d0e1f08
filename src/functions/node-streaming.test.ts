import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

const streaming = (body: string) => ({
  "index.mjs": `export const handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} })`,
});

describe("streamed responses", () => {
  test("invoke: a buffered invocation gets the whole, of several chunks", async () => {
    const spec = t.define(
      streaming(
        `stream.setContentType("text/plain"); stream.write("one "); stream.write({ two: 2 }); stream.end();`,
      ),
    );
    const answer = await t.invoke(spec);
    expect(Buffer.from(answer.payload).toString()).toBe('one {"two":2}');
    expect(answer.streamedContentType).toBe("text/plain");
    expect(answer.report.status).toBe("success");
  });

  test("invoke: chunks are handed on as they come", async () => {
    const spec = t.define(
      streaming(`
        stream.write("a");
        await new Promise((resolve) => setTimeout(resolve, 20));
        stream.end("b");`),
    );
    const seen: string[] = [];
    const answer = await t.invoke(
      spec,
      {},
      {
        stream: { start: (type) => seen.push(type), chunk: (bytes) => seen.push(`${bytes}`) },
      },
    );
    expect(seen).toEqual(["application/octet-stream", "a", "b"]);
    expect(answer.payload).toHaveLength(0);
  });

  test("prelude: stands before the body, with eight zero bytes between", async () => {
    const spec = t.define(
      streaming(`
        const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
        out.write("hello"); out.end();`),
    );
    const answer = await t.invoke(spec);
    expect(Buffer.from(answer.payload).toString("latin1")).toBe(
      `{"statusCode":201}${"\0".repeat(8)}hello`,
    );
    expect(answer.streamedContentType).toBe("application/vnd.awslambda.http-integration-response");
  });

  test("pipeline: streams of any length keep their bytes", async () => {
    const spec = t.define({
      "index.mjs": `
        import { Readable } from "node:stream"; import { pipeline } from "node:stream/promises";
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
          await pipeline(Readable.from((function* () { for (let i = 0; i < 300; i += 1) yield Buffer.alloc(10_000, i); })()), stream);
        })`,
    });
    const { payload } = await t.invoke(spec);
    expect(payload).toHaveLength(3_000_000);
    expect([payload[0], payload[2_999_999]]).toEqual([0, 299 % 256]);
  });

  test.each([
    ["a throw before the first byte", `throw new TypeError("early");`, "TypeError"],
    ["a throw after some bytes", `stream.write("part"); throw new TypeError("late");`, "TypeError"],
    ["a stream that is never ended", `stream.write("part");`, "string"],
  ])("errors: %s is the result", async (_title, body, errorType) => {
    const answer = await t.invoke(t.define(streaming(body)));
    expect(answer.functionError).toBe("Unhandled");
    expect(answer.value).toMatchObject({ errorType });
  });

  test("errors: more than 6 MB do not fit a buffered invocation", async () => {
    const spec = t.define(
      streaming(
        `for (let i = 0; i < 7; i += 1) stream.write(Buffer.alloc(1_000_000)); stream.end();`,
      ),
    );
    expect((await t.invoke(spec)).value).toMatchObject({
      errorType: "Function.ResponseSizeTooLarge",
    });
  });

  test("errors: a handler that is not asynchronous", async () => {
    const spec = t.define({
      "index.js": `exports.handler = awslambda.streamifyResponse((event, stream) => stream.end("x"))`,
    });
    expect((await t.invoke(spec)).value).toMatchObject({
      errorMessage: "Streaming does not support non-async handlers.",
    });
  });
});
