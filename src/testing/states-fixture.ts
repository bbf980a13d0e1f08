/**
 * Step Functions among all services, as the engine wires them, over the test store: outbox and
 * timers run, functions are scripted.
 */

import { createDispatcher } from "../app/dispatcher.ts";
import { createServices } from "../app/services.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Worker } from "../delivery/worker.ts";
import { createJournal } from "../outbox/journal.ts";
import type { Sink } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createMetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createLogs } from "../services/logs/service.ts";
import type { Service } from "../services/service.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { ServiceName } from "../wire/model.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";
import { createFakeFunctionHost, type FakeFunctionHost } from "./fake-function-host.ts";
import { fakePackages, noImages, ROLE, ZIP } from "./lambda-fixture.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { TEST_ACCOUNT, TEST_REGION } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface StatesFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly host: FakeFunctionHost;
  readonly http: ScriptedHttp;
  readonly log: ReturnType<typeof createMemoryLog>;
  call<S extends ServiceName, O extends OperationName<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
  ): Promise<Output<S, O>>;
  states<O extends OperationName<"states">>(
    operation: O,
    input: Input<"states", O>,
  ): Promise<Output<"states", O>>;
  /** The code and message of the error a call must end with. */
  refused<O extends OperationName<"states">>(
    operation: O,
    input: Input<"states", O>,
  ): Promise<{ readonly code: string; readonly message: string }>;
  /** Creates a machine and answers its ARN. */
  machine(
    name: string,
    definition: object,
    more?: Partial<Input<"states", "CreateStateMachine">>,
  ): Promise<string>;
  /** Creates a function that does what the script says, and answers its ARN. */
  fn(name: string, script: Parameters<FakeFunctionHost["script"]>[1]): Promise<string>;
  /** Starts an execution and answers its ARN. */
  start(machineArn: string, input?: unknown, name?: string): Promise<string>;
  /** Moves time on until the execution is over. */
  ended(executionArn: string): Promise<Output<"states", "DescribeExecution">>;
  /** Lets everything that is due be done, without moving time. */
  settle(): Promise<void>;
  types(executionArn: string): Promise<readonly string[]>;
  /** Every worker stops and others take over, as after a crash: nothing in memory is left. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const TURNS = 30;
const ADVANCES_MAX = 2_000;
const ADVANCE_MS = 500;

export async function createStatesFixture(
  options: { readonly seed?: number } = {},
): Promise<StatesFixture> {
  const { clock, store, random } = createTestStore(options);
  const log = createMemoryLog();
  const core = { clock, store, random, log };
  const host = createFakeFunctionHost();
  const http = createScriptedHttp();
  const services = new Map<string, Service>();
  const journal = createJournal();
  const endpoint = "http://127.0.0.1:4566";
  const dispatcher = createDispatcher({ ...core, services, endpoint, journal });
  const sinks: Record<string, Sink> = {};
  const parts = {
    core,
    dispatcher,
    blobs: await createMemoryBlobs(core),
    functions: host,
    http,
    codeStore: fakePackages().codeStore,
    images: noImages,
    endpoint: "http://127.0.0.1:4566",
    sinks,
    logs: createLogs({ ...core, sinks, dispatcher }).service,
    metrics: createMetricIntake(core),
  };
  let workers: readonly Worker[] = [];
  const begin = (): void => {
    const made = createServices(parts);
    for (const [name, service] of made.byName) {
      services.set(name, service);
    }
    const kinds = { ...made.events.jobs, ...made.lambda.jobs, ...made.states.jobs };
    workers = [
      createTimerLoop({ ...core, handlers: made.timers }),
      createOutboxWorker({ ...core, journal, kinds }),
    ];
    for (const worker of workers) {
      worker.start();
    }
  };
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  begin();
  const caller = { accountId: TEST_ACCOUNT, region: TEST_REGION };
  const call: StatesFixture["call"] = (service, operation, input) =>
    dispatcher.call(caller, service, operation, input);
  return {
    store,
    clock,
    host,
    http,
    log,
    call,
    ...helpers({ call, clock, host }),
    async restart() {
      await stop();
      begin();
    },
    stop,
  };
}

type Helpers = Omit<
  StatesFixture,
  "store" | "clock" | "host" | "http" | "log" | "call" | "restart" | "stop"
>;

function helpers({ call, clock, host }: Pick<StatesFixture, "call" | "clock" | "host">): Helpers {
  const states: StatesFixture["states"] = (operation, input) => call("states", operation, input);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  return {
    states,
    settle,
    refused: (operation, input) => refusal(() => states(operation, input)),
    async machine(name, definition, more = {}) {
      const text = JSON.stringify(definition);
      const input = { name, definition: text, roleArn: ROLE, ...more };
      return (await states("CreateStateMachine", input)).stateMachineArn;
    },
    async fn(name, script) {
      host.script(name, script);
      const { FunctionArn: arn } = await call("lambda", "CreateFunction", {
        FunctionName: name,
        Role: ROLE,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Code: { ZipFile: ZIP },
      });
      return arn ?? "";
    },
    async start(stateMachineArn, input = {}, name) {
      const started = await states("StartExecution", {
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name !== undefined && { name }),
      });
      return started.executionArn;
    },
    async ended(executionArn) {
      for (let advance = 0; advance < ADVANCES_MAX; advance += 1) {
        await settle();
        const described = await states("DescribeExecution", { executionArn });
        if (described.status !== "RUNNING") {
          return described;
        }
        await clock.advance(ADVANCE_MS);
      }
      throw new Error(`${executionArn} does not end`);
    },
    async types(executionArn) {
      const { events } = await states("GetExecutionHistory", { executionArn });
      return events.map(({ type }) => type);
    },
  };
}

async function refusal(
  call: () => Promise<unknown>,
): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await call();
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    return { code, message };
  }
  throw new Error("the call must fail");
}
