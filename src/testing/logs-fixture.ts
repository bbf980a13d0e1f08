/** CloudWatch Logs over the test store, timers included. */
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createLogs, type Logs } from "../services/logs/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface LogsFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly logs: Logs;
  readonly call: ServiceCaller<"logs">;
}

export function createLogsFixture(): LogsFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const logs = createLogs({ store, clock, random, log });
  createTimerLoop({ store, clock, log, handlers: logs.service.timers ?? {} }).start();
  return { store, clock, log, logs, call: serviceCaller<"logs">(logs.service, clock) };
}
