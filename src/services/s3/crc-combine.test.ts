import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createChecksum } from "../../wire/checksums.ts";
import { algorithmOf } from "./checksum.ts";
import { type CombinableName, combinedChecksum } from "./crc-combine.ts";

function checksumOf(name: CombinableName, bytes: Uint8Array): string {
  const checksum = createChecksum(algorithmOf(name));
  checksum.update(bytes);
  return checksum.digest();
}

test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
  "%s: that of parts is that of all their bytes",
  (name) => {
    for (const [parts] of fc.sample(fc.tuple(fc.array(fc.uint8Array(), { minLength: 1 })), 200)) {
      const sized = parts.map((part) => ({
        value: checksumOf(name, part),
        sizeBytes: part.length,
      }));
      expect(combinedChecksum(name, sized)).toBe(checksumOf(name, Buffer.concat(parts)));
    }
  },
);

test("combinedChecksum: of the most parts there can be, in little time", () => {
  const part = Buffer.alloc(1_000, "x");
  const sized = { value: checksumOf("CRC64NVME", part), sizeBytes: part.length };
  const parts = Array.from({ length: 10_000 }, () => sized);
  expect(combinedChecksum("CRC64NVME", parts)).toBe(
    checksumOf("CRC64NVME", Buffer.alloc(10_000_000, "x")),
  );
});
