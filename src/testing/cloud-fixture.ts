/** Every service, as the engine wires them, over the test store, with functions that are scripted. */

import { createDispatcher } from "../app/dispatcher.ts";
import { createServices, type ServicesOptions } from "../app/services.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Worker } from "../delivery/worker.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createJournal } from "../outbox/journal.ts";
import type { Sink } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createMetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createLogs } from "../services/logs/service.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import { createTimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { ServiceName } from "../wire/model.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";
import { createFakeFunctionHost, type FakeFunctionHost } from "./fake-function-host.ts";
import { fakePackages, noImages } from "./lambda-fixture.ts";
import { createScriptedHttp } from "./scripted-http.ts";
import { TEST_ACCOUNT, TEST_REGION } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface CloudFixture {
  /** What functions do: asynchronous invocations and deployments of functions go on by themselves. */
  readonly functions: FakeFunctionHost;
  call<S extends ServiceName, O extends OperationName<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
  ): Promise<Output<S, O>>;
  /** Moves time on, and lets what fell due be done. */
  advance(ms: number): Promise<void>;
  /** Begins a deployment; its answer waits for the end of what is short, so time moves meanwhile. */
  deploy(
    operation: "CreateStack" | "UpdateStack",
    input: Input<"cloudformation", "CreateStack">,
  ): Promise<Output<"cloudformation", "CreateStack">>;
  /** Waits, moving time on, until nothing is in progress: the status, failures behind it. */
  settled(stackId: string): Promise<SettledStack>;
  /** How many calls deployments have made so far. */
  callCount(): number;
  /** From the call with this number on deployments get no answer; that call is carried out. */
  dieAt(callNumber: number): void;
  /** The call with this number fails instead of being carried out. */
  failAt(callNumber: number): void;
  isDead(): boolean;
  /** Another engine takes over from the one that died. */
  restart(): void;
  stop(): Promise<void>;
}

export interface SettledStack {
  readonly status: string;
  readonly failures: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

const TURN_COUNT_MAX = 4000;
const TURNS_PER_ADVANCE = 20;
const ADVANCE_MS = 500;

export async function createCloudFixture(
  given: Partial<Pick<ServicesOptions, "images">> = {},
): Promise<CloudFixture> {
  const { clock, store, random } = createTestStore();
  const core = { clock, store, random, log: createMemoryLog() };
  const services = new Map();
  const endpoint = "http://127.0.0.1:4566";
  const dispatcher = createDispatcher({ ...core, services, endpoint, journal: createJournal() });
  let mortal = createMortalDispatcher(dispatcher);
  const functions = createFakeFunctionHost();
  const sinks: Record<string, Sink> = {};
  const options = {
    core,
    blobs: await createMemoryBlobs(core),
    functions,
    http: createScriptedHttp(),
    codeStore: fakePackages().codeStore,
    images: noImages,
    endpoint,
    ...given,
    sinks,
    logs: createLogs({ ...core, sinks, dispatcher }).service,
    metrics: createMetricIntake(core),
  };
  const wire = () => {
    const made = createServices({ ...options, dispatcher: mortal.dispatcher });
    for (const [name, service] of made.byName) {
      services.set(name, service);
    }
    made.cloudFormation.engine.start();
    return made;
  };
  let current = wire();
  const timers = createTimerLoop({ ...core, handlers: current.timers });
  timers.start();
  const work = (): readonly Worker[] => {
    const kinds = { ...current.lambda.jobs, ...current.codeDeploy.jobs };
    const started = [createOutboxWorker({ ...core, kinds }), ...current.lambda.workers];
    for (const worker of started) {
      worker.start();
    }
    return started;
  };
  let workers = work();
  const caller = { accountId: TEST_ACCOUNT, region: TEST_REGION };
  const call: CloudFixture["call"] = (service, operation, input) =>
    dispatcher.call(caller, service, operation, input);
  return {
    call,
    functions,
    advance: (ms) => clock.advance(ms),
    deploy: (operation, input) =>
      movingOn(call("cloudformation", operation, input), () => clock.advance(ADVANCE_MS)),
    settled: (stackId) => settled(call, stackId, () => clock.advance(ADVANCE_MS)),
    callCount: () => mortal.callCount(),
    dieAt: (callNumber) => mortal.dieAt(callNumber),
    failAt: (callNumber) => mortal.failAt(callNumber),
    isDead: () => mortal.isDead(),
    restart() {
      mortal = createMortalDispatcher(dispatcher);
      current = wire();
      workers = [...workers, ...work()];
    },
    async stop() {
      await current.cloudFormation.engine.stop();
      await Promise.all([timers, ...workers].map((worker) => worker.stop()));
    },
  };
}

async function movingOn<T>(answer: Promise<T>, moveOn: () => Promise<void>): Promise<T> {
  let isAnswered = false;
  const done = (): void => {
    isAnswered = true;
  };
  answer.then(done, done);
  for (let turn = 1; !isAnswered && turn < TURN_COUNT_MAX; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (turn % TURNS_PER_ADVANCE === 0) {
      await moveOn();
    }
  }
  return answer;
}

async function settled(
  call: CloudFixture["call"],
  StackName: string,
  moveOn: () => Promise<void>,
): Promise<SettledStack> {
  for (let turn = 1; turn < TURN_COUNT_MAX; turn += 1) {
    const { Stacks: [stack] = [] } = await call("cloudformation", "DescribeStacks", { StackName });
    if (stack !== undefined && !stack.StackStatus.endsWith("_IN_PROGRESS")) {
      const outputs = (stack.Outputs ?? []).map(
        (output) => [output.OutputKey ?? "", output.OutputValue ?? ""] as const,
      );
      return {
        status: stack.StackStatus,
        failures: await failures(call, StackName),
        outputs: Object.fromEntries(outputs),
      };
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (turn % TURNS_PER_ADVANCE === 0) {
      await moveOn();
    }
  }
  throw new Error(`${StackName} did not settle`);
}

async function failures(call: CloudFixture["call"], StackName: string): Promise<readonly string[]> {
  const answer = await call("cloudformation", "DescribeStackEvents", { StackName });
  return (answer.StackEvents ?? [])
    .filter(({ ResourceStatus: status }) => status?.endsWith("FAILED"))
    .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`);
}

interface Mortal {
  readonly dispatcher: Dispatcher;
  callCount(): number;
  dieAt(callNumber: number): void;
  failAt(callNumber: number): void;
  isDead(): boolean;
}

/** Stops answering at a call that it still carries out, as a process that dies does. */
function createMortalDispatcher(inner: Dispatcher): Mortal {
  let count = 0;
  let deathAt = Number.POSITIVE_INFINITY;
  let failureAt = Number.POSITIVE_INFINITY;
  let dead = false;
  const never = new Promise<never>(() => {});
  const callByName: Dispatcher["callByName"] = async (...args) => {
    const number = count;
    count += 1;
    if (dead) {
      return never;
    }
    if (number === failureAt) {
      throw new AwsError({ code: "Scripted", message: `${args[1]}.${args[2]} fails` });
    }
    try {
      return await inner.callByName(...args);
    } finally {
      if (number === deathAt) {
        dead = true;
        await never;
      }
    }
  };
  return {
    dispatcher: { callByName, call: callByName as Dispatcher["call"] },
    callCount: () => count,
    dieAt(callNumber) {
      deathAt = callNumber;
    },
    failAt(callNumber) {
      failureAt = callNumber;
    },
    isDead: () => dead,
  };
}
