import { expect, test } from "vitest";
import { attributesMd5, messageAttributesOf } from "./message-attributes.ts";

/** Digests as AWS answered them. */
test.each([
  [{ timestamp: { type: "Number", value: "1493147359900" } }, "235c5c510d26fb653d073faed50ae77c"],
])("md5: %j", (attributes, digest) => {
  expect(attributesMd5(attributes)).toBe(digest);
});

test("md5: does not depend on the order of the attributes, but on text or binary", () => {
  const [a, b] = [
    { type: "String", value: "1" },
    { type: "String", value: "2" },
  ];
  expect(attributesMd5({ a, b })).toBe(attributesMd5({ b, a }));
  expect(attributesMd5({ a })).not.toBe(
    attributesMd5({ a: { type: "String", value: Buffer.from("1") } }),
  );
});

test.each(["", ".a", "a.", "a..b", "a b", "Amazon.x", "x".repeat(257)])(
  "names: %j is refused",
  (name) => {
    expect(() =>
      messageAttributesOf({ [name]: { DataType: "String", StringValue: "x" } }),
    ).toThrow();
  },
);
