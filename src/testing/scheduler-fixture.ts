/**
 * EventBridge Scheduler over the test store: timers and the outbox worker run, sinks record what
 * they get, and calls of operations are recorded, or fail when told to.
 */
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { Acceptance } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createScheduler } from "../services/scheduler/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop, type TimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Input } from "../wire/operations.ts";
import { createRecordingSink, type Recorded, takeRecorded } from "./recording-sink.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface CalledOperation {
  readonly name: string;
  readonly input: unknown;
}

export interface SchedulerFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly call: ServiceCaller<"scheduler">;
  /** Creates a schedule of the default group that sends `{}` to a queue. */
  create(name: string, overrides?: Partial<Input<"scheduler", "CreateSchedule">>): Promise<string>;
  /** What sinks got since the last call. */
  taken(): Promise<readonly Recorded[]>;
  /** Operations called so far. */
  readonly calls: CalledOperation[];
  /** Calls fail with the code that this gives. */
  failCalls(rule: (call: CalledOperation) => string | undefined): void;
  stopTimers(): Promise<void>;
  startTimers(): void;
}

export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
export const ROLE = "arn:aws:iam::000000000000:role/scheduler";

/** What the fixture's catalog has. */
const SUPPORTED = ["sqs:SendMessage", "lambda:Invoke", "kinesis:PutRecord", "logs:CreateLogGroup"];

export function createSchedulerFixture(
  options: { readonly refuse?: (target: string) => Acceptance | undefined } = {},
): SchedulerFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const core = { store, clock, random, log };
  const recording = createRecordingSink(options.refuse);
  const calls: CalledOperation[] = [];
  let failure: (call: CalledOperation) => string | undefined = () => undefined;
  const callByName: Dispatcher["callByName"] = async (_, service, operation, input) => {
    const called = { name: `${service}:${operation}`, input };
    calls.push(called);
    const code = failure(called);
    if (code !== undefined) {
      throw new AwsError({ code, message: `${called.name} fails` });
    }
    return {};
  };
  const scheduler = createScheduler({
    ...core,
    sinks: { sqs: recording, sns: recording, lambda: recording, events: recording },
    dispatcher: { callByName, call: callByName as Dispatcher["call"] },
    catalog: { supports: (service, operation) => SUPPORTED.includes(`${service}:${operation}`) },
  });
  const handlers = scheduler.service.timers ?? {};
  let timers: TimerLoop | undefined;
  const startTimers = () => {
    timers = createTimerLoop({ store, clock, log, handlers });
    timers.start();
  };
  startTimers();
  createOutboxWorker({ ...core, kinds: scheduler.jobs }).start();
  const call = serviceCaller<"scheduler">(scheduler.service, clock);
  return {
    store,
    clock,
    log,
    call,
    async create(name, overrides = {}) {
      const { ScheduleArn } = await call("CreateSchedule", {
        Name: name,
        ScheduleExpression: "rate(5 minutes)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: QUEUE, RoleArn: ROLE, Input: "{}" },
        ...overrides,
      });
      return ScheduleArn;
    },
    taken: () => takeRecorded(store),
    calls,
    failCalls(rule) {
      failure = rule;
    },
    async stopTimers() {
      await timers?.stop();
    },
    startTimers,
  };
}
