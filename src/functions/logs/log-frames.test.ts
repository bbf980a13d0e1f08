import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logFrameDecoder } from "./log-frames.ts";

function frame(message: string, type = 0xa55a_0001): Buffer {
  const body = Buffer.from(message);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(type, 0);
  header.writeUInt32BE(body.length, 4);
  const time = (type & 2) === 0 ? Buffer.alloc(0) : Buffer.alloc(8, 7);
  return Buffer.concat([header, time, body]);
}

function decoded(bytes: Buffer, cuts: readonly number[] = []): readonly string[] {
  const messages: string[] = [];
  const decode = logFrameDecoder((text) => messages.push(text));
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    decode(bytes.subarray(from, to));
    from = to;
  }
  return messages;
}

describe("log frames", () => {
  test("decode: messages without a time, with one, with a level and a format", () => {
    const bytes = [frame("one\ntwo"), frame("three\n", 0xa55a_0003), frame("four", 0xa55a_041b)];
    expect(decoded(Buffer.concat(bytes))).toEqual(["one\ntwo\n", "three\n", "four\n"]);
  });

  test("decode: what is no frame is told as it came", () => {
    expect(decoded(Buffer.from("just a line\n"))).toEqual(["just a line\n"]);
  });

  test("decode: however the bytes are cut", () => {
    const type = fc.constantFrom(0xa55a_0001, 0xa55a_0003);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "grapheme" }), type)),
        fc.array(fc.nat()),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(([text, kind]) => frame(text, kind)));
          const expected = frames.map(([text]) => (text.endsWith("\n") ? text : `${text}\n`));
          expect(decoded(bytes, cuts)).toEqual(expected);
        },
      ),
    );
  });
});
