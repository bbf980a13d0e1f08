/** CloudWatch Logs over the test store, timers included, with destinations for subscriptions. */
import { gunzipSync } from "node:zlib";
import { ACCEPTED, type Sink } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createKinesis } from "../services/kinesis/service.ts";
import { createLogs, type Logs } from "../services/logs/service.ts";
import { type Collection, collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import { inProcessDispatcher } from "./lambda-fixture.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface LogsFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly logs: Logs;
  readonly call: ServiceCaller<"logs">;
  readonly kinesis: ServiceCaller<"kinesis">;
  /** The policies of functions, by function name; others have none. */
  readonly policies: Map<string, object>;
  /** What functions got, oldest first. */
  invoked(): Promise<readonly Invoked[]>;
}

export interface Invoked {
  readonly resource: string;
  readonly payload: string;
  readonly trace?: string | undefined;
}

const invocations: Collection<Invoked> = collection("test", "invoked");

const lambdaSink: Sink = {
  accept(tx, { resource }, { payload, trace }) {
    if (resource === "function:gone") {
      return { accepted: false, code: "ResourceNotFoundException", message: "Function not found" };
    }
    invocations.put(tx, [tx.orderedId()], { resource, payload, trace });
    return ACCEPTED;
  },
};

export function createLogsFixture(): LogsFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const core = { store, clock, random, log };
  const kinesis = createKinesis(core).service;
  const policies = new Map<string, object>();
  const sinks: Record<string, Sink> = { lambda: lambdaSink };
  if (kinesis.sink !== undefined) {
    sinks["kinesis"] = kinesis.sink;
  }
  const lambda = { name: "lambda", operations: { GetPolicy: getPolicyOf(policies) } } as const;
  const dispatcher = inProcessDispatcher({ lambda }, clock);
  const logs = createLogs({ ...core, sinks, dispatcher });
  const handlers = { ...logs.service.timers, ...kinesis.timers };
  createTimerLoop({ store, clock, log, handlers }).start();
  return {
    store,
    clock,
    log,
    logs,
    call: serviceCaller<"logs">(logs.service, clock),
    kinesis: serviceCaller<"kinesis">(kinesis, clock),
    policies,
    invoked: () =>
      store.read((tx) => [...invocations.list(tx, { prefix: [] })].map(({ record }) => record)),
  };
}

function getPolicyOf(policies: ReadonlyMap<string, object>) {
  return async (_: unknown, input: unknown): Promise<unknown> => {
    const { FunctionName } = input as { readonly FunctionName: string };
    const policy = policies.get(FunctionName);
    if (policy === undefined) {
      throw new AwsError({ code: "ResourceNotFoundException", message: "No policy" });
    }
    return { Policy: JSON.stringify(policy) };
  };
}

/** What a destination finds in what it got. */
export function documentOf(compressed: Uint8Array): unknown {
  return JSON.parse(gunzipSync(compressed).toString());
}
