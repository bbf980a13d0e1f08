import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { createRecordingSink, takeRecorded } from "../../testing/recording-sink.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { CHANGES_KEPT } from "./limits.ts";
import { createEvents } from "./service.ts";

/** Engines over one store, each with a cache of its own. */
function engines(count: number) {
  const { store, clock, random } = createTestStore();
  const sinks = { sqs: createRecordingSink() };
  const calls = Array.from({ length: count }, (): ServiceCaller<"events"> => {
    const http = createScriptedHttp();
    const ports = { store, clock, random, log: createMemoryLog(), sinks, http };
    return serviceCaller<"events">(createEvents(ports), clock);
  });
  return {
    calls,
    async rulesThatGot(call: ServiceCaller<"events">, kind: string): Promise<readonly string[]> {
      const Detail = JSON.stringify({ kind });
      await call("PutEvents", { Entries: [{ Source: "app", DetailType: "t", Detail }] });
      const records = await takeRecorded(store);
      return records.map(({ envelope }) => envelope.sourceArn.split("/").at(-1) ?? "").sort();
    },
  };
}

async function putRule(call: ServiceCaller<"events">, name: string, kind: string): Promise<void> {
  await call("PutRule", { Name: name, EventPattern: JSON.stringify({ detail: { kind: [kind] } }) });
  const Arn = "arn:aws:sqs:us-east-1:000000000000:queue";
  await call("PutTargets", { Rule: name, Targets: [{ Id: "1", Arn }] });
}

const ruleName = fc.constantFrom("r1", "r2", "r3");
const kindName = fc.constantFrom("a", "b");
const step = fc.record({
  engine: fc.nat({ max: 1 }),
  act: fc.constantFrom("put", "put", "delete", "disable", "enable", "send", "send"),
  rule: ruleName,
  kind: kindName,
});

test("rule cache: every engine matches with the rules as they are", async () => {
  let got = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const { calls, rulesThatGot } = engines(2);
      const model = new Map<string, { kind: string; enabled: boolean }>();
      for (const { engine, act, rule, kind } of steps) {
        const call = calls[engine] as ServiceCaller<"events">;
        const known = model.get(rule);
        if (act === "put") {
          await putRule(call, rule, kind);
          model.set(rule, { kind, enabled: true });
        } else if (act === "send") {
          const expected = [...model].filter(([, { kind: wanted, enabled }]) => {
            return enabled && wanted === kind;
          });
          got += expected.length;
          expect(await rulesThatGot(call, kind)).toEqual(expected.map(([name]) => name).sort());
        } else if (known !== undefined && act === "delete") {
          await call("RemoveTargets", { Rule: rule, Ids: ["1"] });
          await call("DeleteRule", { Name: rule });
          model.delete(rule);
        } else if (known !== undefined) {
          await call(act === "enable" ? "EnableRule" : "DisableRule", { Name: rule });
          model.set(rule, { ...known, enabled: act === "enable" });
        }
      }
    }),
    { numRuns: 60, seed: 1 },
  );
  expect(got).toBeGreaterThan(50);
});

test("rule cache: an engine that fell behind further than the changes reach starts over", async () => {
  const { calls, rulesThatGot } = engines(2);
  const [busy, idle] = calls as [ServiceCaller<"events">, ServiceCaller<"events">];
  await putRule(busy, "stays", "a");
  await putRule(busy, "goes", "a");
  expect(await rulesThatGot(idle, "a")).toEqual(["goes", "stays"]);
  await busy("RemoveTargets", { Rule: "goes", Ids: ["1"] });
  await busy("DeleteRule", { Name: "goes" });
  const EventPattern = '{"source":["other"]}';
  for (let change = 0; change <= CHANGES_KEPT; change += 1) {
    await busy("PutRule", { Name: "other", EventPattern });
  }
  expect(await rulesThatGot(idle, "a")).toEqual(["stays"]);
});
