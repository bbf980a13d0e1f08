import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventsFixture, QUEUE, routed } from "../../../testing/events-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";

const HOUR_MS = 60 * 60_000;

const answer = fc.constantFrom("ok", "ok", "broken", "busy", "gone", "silent");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant("put") },
  { weight: 2, arbitrary: fc.nat({ max: 5_000 }) },
  { weight: 1, arbitrary: fc.constant("restart") },
);

test("whatever the endpoint answers, and whenever the engine dies, no event is lost or left", async () => {
  let [served, buried] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.array(answer, { minLength: 1, maxLength: 8 }),
      async (steps, answers) => {
        const fixture = createEventsFixture();
        const { http, clock, idle } = fixture;
        await routed(fixture, {
          destination: { InvocationRateLimitPerSecond: 5 },
          target: {
            InputPath: "$.detail.n",
            RetryPolicy: { MaximumRetryAttempts: 3 },
            DeadLetterConfig: { Arn: QUEUE },
          },
        });
        const ok = new Set<number>();
        let turn = 0;
        http.script((request) => {
          const kind = answers[turn % answers.length];
          turn += 1;
          switch (kind) {
            case "ok":
              ok.add(Number(request.body));
              return httpAnswer(200);
            case "broken":
              return httpAnswer(500);
            case "busy":
              return httpAnswer(429, "", { "retry-after": "2" });
            case "gone":
              return httpAnswer(404);
            default:
              return { kind: "failure", reason: "timeout", message: "No answer." };
          }
        });
        let puts = 0;
        for (const act of steps) {
          if (act === "put") {
            await fixture.put({ n: puts });
            puts += 1;
          } else if (act === "restart") {
            await fixture.restart();
          } else {
            await clock.advance(Number(act));
          }
        }
        await idle();
        await clock.advance(2 * HOUR_MS);
        await idle();
        const letters = (await fixture.delivered()).map(
          ({ envelope }) => JSON.parse(envelope.payload).detail.n as number,
        );
        expect(new Set(letters).size).toBe(letters.length);
        const all = [...Array(puts).keys()];
        expect(all.filter((n) => !ok.has(n) && !letters.includes(n))).toEqual([]);
        const requests = http.requests.length;
        await clock.advance(24 * HOUR_MS);
        expect(http.requests.length).toBe(requests);
        served += ok.size;
        buried += letters.length;
      },
    ),
    { numRuns: 40, seed: 1 },
  );
  expect(Math.min(served, buried)).toBeGreaterThan(20);
});
