/** CloudWatch over the test store, timers included. */
import type { Gauges } from "../outbox/metrics.ts";
import type { Sinks } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createMetricIntake, type MetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createCloudWatch } from "../services/cloudwatch/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface CloudWatchFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly call: ServiceCaller<"cloudwatch">;
  readonly intake: MetricIntake;
  /** What broke in timers. */
  readonly log: ReturnType<typeof createMemoryLog>;
  stop(): Promise<void>;
}

export function createCloudWatchFixture(sinks: Sinks = {}, gauges: Gauges = {}): CloudWatchFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const intake = createMetricIntake({ store, clock, log });
  const service = createCloudWatch({ store, clock, random, log, sinks, gauges, intake });
  const timers = createTimerLoop({ store, clock, log, handlers: service.timers ?? {} });
  timers.start();
  return {
    store,
    clock,
    log,
    intake,
    call: serviceCaller<"cloudwatch">(service, clock),
    stop() {
      intake.stop();
      return timers.stop();
    },
  };
}
