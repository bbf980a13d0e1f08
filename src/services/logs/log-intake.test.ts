import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { FunctionSpec } from "../../functions/function-host.ts";
import { createLogsFixture, type LogsFixture } from "../../testing/logs-fixture.ts";
import { eventId, ID_TIME_MS_MAX, positionOf } from "./event-id.ts";

const START = Date.UTC(2026, 0, 1);
const GROUP = "/aws/lambda/orders";
const where = { logGroupName: GROUP, logStreamName: "a" };

let bench: LogsFixture;
let call: LogsFixture["call"];

beforeEach(() => {
  bench = createLogsFixture();
  call = bench.call;
});

function messages(
  events: readonly { readonly message?: string | undefined }[] | undefined,
): readonly (string | undefined)[] {
  return (events ?? []).map(({ message }) => message);
}

const spec = {
  arn: "arn:aws:lambda:us-east-1:000000000000:function:orders",
  region: "us-east-1",
  accountId: "000000000000",
  logGroup: GROUP,
} as FunctionSpec;
const line = (message: string, at = 0) => ({ timestampMs: START + at, message });

test("receive: makes group and stream, and keeps the order of lines", async () => {
  bench.logs.receive({ spec, logStream: "a" }, [line("START"), line("one")]);
  bench.logs.receive({ spec, logStream: "b" }, [line("other", 1)]);
  bench.logs.receive({ spec, logStream: "a" }, [line("END")]);
  await bench.logs.flush();
  expect(messages((await call("GetLogEvents", where)).events)).toEqual(["START", "one", "END"]);
  const all = await call("FilterLogEvents", { logGroupName: GROUP });
  expect(messages(all.events)).toEqual(["START", "one", "END", "other"]);
});

test("receive: signals the topic of the group after the commit", async () => {
  let signals = 0;
  bench.store.signals.subscribe(`logs:us-east-1/000000000000/${GROUP}`, () => {
    signals += 1;
  });
  bench.logs.receive({ spec, logStream: "a" }, [line("x")]);
  await bench.logs.flush();
  expect(signals).toBe(1);
});

test("receive: holds so much and no more, and says how many lines it dropped", async () => {
  const mebibyte = "x".repeat(256 * 1024 * 4);
  bench.logs.receive(
    { spec, logStream: "a" },
    Array.from({ length: 20 }, () => line(mebibyte)),
  );
  await bench.logs.flush();
  const { events } = await call("FilterLogEvents", {
    logGroupName: GROUP,
    filterPattern: "dropped",
  });
  expect(messages(events)).toEqual([
    "Millrace dropped 4 log lines here: they came faster than they could be stored.",
  ]);
  bench.logs.receive({ spec, logStream: "a" }, [line("after", 1)]);
  await bench.logs.flush();
  const tail = await call("GetLogEvents", { ...where, limit: 1 });
  expect(messages(tail.events)).toEqual(["after"]);
});

test("receive: says in the engine's log when the store refuses", async () => {
  await bench.store.close();
  bench.logs.receive({ spec, logStream: "a" }, [line("x")]);
  await bench.logs.flush();
  expect(bench.log.records.map(({ level }) => level)).toEqual(["error"]);
});

test("event ids: are ordered as events are, and name their position", () => {
  const digit = fc.constantFrom(..."0123456789abcdefghijklmnopqrstuv");
  const position = fc.record({
    timestampMs: fc.integer({ min: 0, max: ID_TIME_MS_MAX }),
    sequence: fc.string({ unit: digit, minLength: 20, maxLength: 20 }),
  });
  fc.assert(
    fc.property(position, position, (a, b) => {
      expect(positionOf(eventId(a))).toEqual(a);
      const order = a.timestampMs - b.timestampMs || (a.sequence < b.sequence ? -1 : 1);
      if (order !== 0 && eventId(a) !== eventId(b)) {
        expect(eventId(a) < eventId(b)).toBe(order < 0);
      }
    }),
  );
});
