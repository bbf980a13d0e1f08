import { expect, test } from "vitest";
import { createSortedMap } from "./sorted-map.ts";

test("get: tells what is not there from undefined, at any size and on any side", () => {
  const absent = Symbol("absent");
  const map = createSortedMap<string | undefined>();
  for (let at = 0; at < 1000; at += 1) {
    map.set(`k${String(at).padStart(4, "0")}`, at % 2 === 0 ? undefined : `${at}`);
    for (const key of ["a", "k0000x", "z"]) {
      expect(map.get(key, absent)).toBe(absent);
      expect(map.get(key)).toBeUndefined();
    }
  }
  expect(map.get("k0500", absent)).toBeUndefined();
  expect(map.get("k0999", absent)).toBe("999");
});
