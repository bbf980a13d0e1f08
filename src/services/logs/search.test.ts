import fc from "fast-check";
import { expect, test } from "vitest";
import { createLogsFixture } from "../../testing/logs-fixture.ts";

const GROUP = "group";

/** What a reader sees who asks page by page. */
async function pages(
  call: ReturnType<typeof createLogsFixture>["call"],
  request: object,
): Promise<readonly (string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call("FilterLogEvents", { logGroupName: GROUP, ...request, nextToken });
    seen.push(...(page.events ?? []).map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return seen;
}

test("filter: pages of any size, put together, are all events by time and arrival", async () => {
  const batch = fc.record({
    stream: fc.constantFrom("a", "b", "c"),
    offsets: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
  });
  const scenario = fc.asyncProperty(
    fc.array(batch, { maxLength: 8 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 0, max: 20 }),
    async (batches, limit, fromOffset) => {
      const { call, clock } = createLogsFixture();
      const startMs = clock.nowMs();
      await call("CreateLogGroup", { logGroupName: GROUP });
      for (const logStreamName of ["a", "b", "c"]) {
        await call("CreateLogStream", { logGroupName: GROUP, logStreamName });
      }
      const model: { offset: number; message: string }[] = [];
      for (const { stream, offsets } of batches) {
        const logEvents = offsets
          .toSorted((a, b) => a - b)
          .map((offset) => {
            const message = `event ${model.length}`;
            model.push({ offset, message });
            return { timestamp: startMs + offset, message };
          });
        await call("PutLogEvents", { logGroupName: GROUP, logStreamName: stream, logEvents });
      }
      const expected = model
        .filter(({ offset }) => offset >= fromOffset)
        .toSorted((a, b) => a.offset - b.offset)
        .map(({ message }) => message);
      expect(await pages(call, { limit, startTime: startMs + fromOffset })).toEqual(expected);
    },
  );
  await fc.assert(scenario, { numRuns: 40 });
});
