/** CloudWatch over the test store, timers included. */
import type { Sinks } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createCloudWatch } from "../services/cloudwatch/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface CloudWatchFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly call: ServiceCaller<"cloudwatch">;
  /** What broke in timers. */
  readonly log: ReturnType<typeof createMemoryLog>;
  stop(): Promise<void>;
}

export function createCloudWatchFixture(sinks: Sinks = {}): CloudWatchFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const service = createCloudWatch({ store, clock, random, log, sinks });
  const timers = createTimerLoop({ store, clock, log, handlers: service.timers ?? {} });
  timers.start();
  return {
    store,
    clock,
    log,
    call: serviceCaller<"cloudwatch">(service, clock),
    stop: () => timers.stop(),
  };
}
