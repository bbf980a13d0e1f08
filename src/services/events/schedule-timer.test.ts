import { expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { createTimerLoop } from "../../store/timers.ts";
import { createRecordingSink, takeRecorded } from "../../testing/recording-sink.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createEvents } from "./service.ts";

const MINUTE_MS = 60_000;
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue";

interface Bench {
  readonly call: ServiceCaller<"events">;
  /** Lets the engine run for some minutes and says which scheduled times it delivered. */
  readonly run: (minutes: number) => Promise<readonly string[]>;
  /** Lets time pass while the engine is down. */
  readonly pass: (minutes: number) => Promise<void>;
}

function bench(): Bench {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const http = createScriptedHttp();
  const ports = { store, clock, random, log, http, sinks: { sqs: createRecordingSink() } };
  const service = createEvents(ports);
  return {
    call: serviceCaller<"events">(service, clock),
    pass: (minutes) => clock.advance(minutes * MINUTE_MS),
    async run(minutes) {
      const loop = createTimerLoop({ ...ports, handlers: service.timers ?? {} });
      loop.start();
      await clock.advance(minutes * MINUTE_MS);
      await loop.stop();
      const delivered = await takeRecorded(store);
      return delivered.map(({ envelope }) => JSON.parse(envelope.payload).time.slice(11, 16));
    },
  };
}

async function schedule({ call }: Bench, expression: string): Promise<void> {
  await call("PutRule", { Name: "tick", ScheduleExpression: expression });
  await call("PutTargets", { Rule: "tick", Targets: [{ Id: "1", Arn: QUEUE }] });
}

test("schedule: fires at each due time, with the Scheduled Event", async () => {
  const { store, clock, random } = createTestStore();
  const http = createScriptedHttp();
  const ports = { store, clock, random, http, log: createMemoryLog() };
  const service = createEvents({ ...ports, sinks: { sqs: createRecordingSink() } });
  const call = serviceCaller<"events">(service, clock);
  await schedule({ call } as Bench, "cron(0/10 * * * ? *)");
  const loop = createTimerLoop({ ...ports, handlers: service.timers ?? {} });
  loop.start();
  await clock.advance(10 * MINUTE_MS);
  await loop.stop();
  const [fired, ...others] = await takeRecorded(store);
  expect(others).toEqual([]);
  expect(fired?.envelope.sourceArn).toBe("arn:aws:events:us-east-1:000000000000:rule/tick");
  expect(JSON.parse(fired?.envelope.payload ?? "")).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    time: "2026-01-01T00:10:00Z",
    region: "us-east-1",
    resources: ["arn:aws:events:us-east-1:000000000000:rule/tick"],
    detail: {},
  });
});

test("schedule: a rate counts from when the rule was made", async () => {
  const given = bench();
  await given.pass(3);
  await schedule(given, "rate(5 minutes)");
  expect(await given.run(16)).toEqual(["00:08", "00:13", "00:18"]);
  await schedule(given, "rate(5 minutes)");
  expect(await given.run(5)).toEqual(["00:23"]);
});

test("schedule: what fell due while the engine was down is made up for once", async () => {
  const given = bench();
  await schedule(given, "rate(5 minutes)");
  expect(await given.run(5)).toEqual(["00:05"]);
  await given.pass(22);
  expect(await given.run(0)).toEqual(["00:25"]);
  expect(await given.run(3)).toEqual(["00:30"]);
});

test("schedule: a changed, disabled or deleted rule does not fire at the old time", async () => {
  const given = bench();
  const { call, run } = given;
  await schedule(given, "rate(5 minutes)");
  await schedule(given, "cron(7 * * * ? *)");
  expect(await run(10)).toEqual(["00:07"]);
  await call("DisableRule", { Name: "tick" });
  expect(await run(120)).toEqual([]);
  await call("EnableRule", { Name: "tick" });
  expect(await run(60)).toEqual(["03:07"]);
  await call("RemoveTargets", { Rule: "tick", Ids: ["1"] });
  await call("DeleteRule", { Name: "tick" });
  expect(await run(120)).toEqual([]);
});
