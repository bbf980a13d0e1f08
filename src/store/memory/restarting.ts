/** Runs a body again whenever it reads what was not fetched yet, as a networked driver does. */
import { assert } from "../../base/assert.ts";
import type { RawEntry, Snapshot, Span } from "../transaction.ts";

/** A body reads at most this many distinct keys and ranges; above it, it surely does not end. */
const RUNS_MAX = 100_000;

/** Thrown through the body under test. A body that swallows it hides a read: `runs` then grows. */
class NotFetched extends Error {
  override readonly name = "NotFetched";
}

export function runRestarting<T>(snapshot: Snapshot, body: (snapshot: Snapshot) => T): T {
  const cache: Cache = { values: new Map(), spans: new Map() };
  for (let runs = 0; runs < RUNS_MAX; runs += 1) {
    try {
      return body(fetchedOnly(snapshot, cache));
    } catch (error) {
      if (!(error instanceof NotFetched)) {
        throw error;
      }
    }
  }
  assert(false, `a body was run ${RUNS_MAX} times without an end`);
}

interface Cache {
  readonly values: Map<string, Uint8Array | undefined>;
  readonly spans: Map<string, readonly RawEntry[]>;
}

function fetchedOnly(snapshot: Snapshot, cache: Cache): Snapshot {
  return {
    get(key) {
      const text = Buffer.from(key).toString("latin1");
      if (!cache.values.has(text)) {
        cache.values.set(text, snapshot.get(key));
        throw new NotFetched();
      }
      return cache.values.get(text);
    },
    range(span) {
      const text = spanText(span);
      const entries = cache.spans.get(text);
      if (entries === undefined) {
        cache.spans.set(text, [...snapshot.range(span)]);
        throw new NotFetched();
      }
      return entries;
    },
  };
}

function spanText(span: Span): string {
  const [from, until] = [span.from, span.until].map((key) => Buffer.from(key).toString("hex"));
  return `${from}:${until}:${span.reverse}`;
}
