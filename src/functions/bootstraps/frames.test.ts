import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFrameDecoder, encodeFrame, FRAME_SIZE_MAX } from "./frames.ts";

describe("frames", () => {
  test("property: what is encoded is decoded, however it is cut", () => {
    const frames = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 })),
    );
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 400 })), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([type, body]) => encodeFrame(type, body)));
        const received: [number, number[]][] = [];
        const decode = createFrameDecoder((type, body) => received.push([type, [...body]]));
        let at = 0;
        for (let cut = 0; at < bytes.length; cut += 1) {
          const size = cuts[cut % Math.max(1, cuts.length)] ?? bytes.length;
          // A buffer of its own, as a socket gives.
          decode(Buffer.from(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(received).toEqual(sent.map(([type, body]) => [type, [...body]]));
      }),
    );
  });

  test("decode: a frame larger than the limit is refused", () => {
    const decode = createFrameDecoder(() => undefined);
    const header = Buffer.alloc(5);
    header.writeUInt32BE(FRAME_SIZE_MAX + 1);
    expect(() => decode(header)).toThrow(/over 67108864/);
  });
});
