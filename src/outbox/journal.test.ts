import { expect, test } from "vitest";
import { createJournal, type Hop, rootOf } from "./journal.ts";

const hop = (target: string, trace?: string): Hop => ({
  atMs: 1,
  kind: "request",
  target,
  outcome: "ok",
  trace,
});

test("read: the newest hops, in their order, each with its number", () => {
  const journal = createJournal(10);
  for (const target of ["a", "b", "c"]) {
    journal.note(hop(target));
  }
  expect(journal.read({ limit: 2 }).map(({ number, target }) => [number, target])).toEqual([
    [2, "b"],
    [3, "c"],
  ]);
  expect(journal.read({ limit: 10, after: 2 }).map(({ target }) => target)).toEqual(["c"]);
});

test("read: what is older than the capacity is gone", () => {
  const journal = createJournal(3);
  for (const target of ["a", "b", "c", "d", "e"]) {
    journal.note(hop(target));
  }
  expect(journal.read({ limit: 10 }).map(({ target }) => target)).toEqual(["c", "d", "e"]);
});

test("read: one trace, whatever its parents are", () => {
  const journal = createJournal();
  journal.note(hop("a", "Root=1-x-y;Parent=1;Sampled=0"));
  journal.note(hop("b", "Root=1-z-y;Parent=1"));
  journal.note(hop("c"));
  journal.note(hop("d", "Sampled=1;Root=1-x-y;Parent=2"));
  const found = journal.read({ limit: 10, root: "1-x-y" });
  expect(found.map(({ target }) => target)).toEqual(["a", "d"]);
  expect(rootOf("Self=1-a-b;Root=1-c-d")).toBe("1-c-d");
});
