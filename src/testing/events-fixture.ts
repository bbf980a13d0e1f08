/**
 * EventBridge over the test store, with timers and the outbox worker running, scripted HTTP
 * endpoints, and queues that record what they get.
 */
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Sink } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createEvents } from "../services/events/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input } from "../wire/operations.ts";
import { createRecordingSink, type Recorded, takeRecorded } from "./recording-sink.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface EventsFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly http: ScriptedHttp;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly sinks: Record<string, Sink>;
  readonly call: ServiceCaller<"events">;
  /** What queues and other sinks got since the last call. */
  delivered(): Promise<readonly Recorded[]>;
  /** Puts one event of source `app` and detail type `order`. */
  put(detail: unknown, bus?: string): Promise<void>;
  /** A rule with one target. */
  route(rule: string, pattern: unknown, target: object, bus?: string): Promise<void>;
  /** Lets work that is due be done, as far as no time has to pass. */
  idle(): Promise<void>;
  /** Other timers and another worker go on with the store, as after a crash. */
  restart(): Promise<void>;
}

export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue";

const IDLE_TURNS = 200;

export function createEventsFixture(): EventsFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const http = createScriptedHttp();
  const sinks: Record<string, Sink> = { sqs: createRecordingSink() };
  const start = () => {
    const events = createEvents({ store, clock, random, log, sinks, http });
    sinks["events"] = events.sink;
    const timers = createTimerLoop({ store, clock, log, handlers: events.timers ?? {} });
    const worker = createOutboxWorker({ store, clock, log, kinds: events.jobs });
    timers.start();
    worker.start();
    return { call: serviceCaller<"events">(events, clock), timers, worker };
  };
  let running = start();
  const call: ServiceCaller<"events"> = (operation, input, ctx) =>
    running.call(operation, input, ctx);
  return {
    store,
    clock,
    http,
    log,
    sinks,
    call,
    delivered: () => takeRecorded(store),
    async put(detail, EventBusName) {
      const Detail = JSON.stringify(detail);
      await call("PutEvents", {
        Entries: [{ Source: "app", DetailType: "order", Detail, EventBusName }],
      });
    },
    async route(rule, pattern, target, EventBusName) {
      const EventPattern = JSON.stringify(pattern);
      await call("PutRule", { Name: rule, EventBusName, EventPattern });
      await call("PutTargets", {
        Rule: rule,
        EventBusName,
        Targets: [{ Id: "1", Arn: QUEUE, ...target }],
      });
    },
    async idle() {
      for (let turn = 0; turn < IDLE_TURNS; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    async restart() {
      await Promise.all([running.timers.stop(), running.worker.stop()]);
      running = start();
    },
  };
}

export const ROLE = "arn:aws:iam::000000000000:role/events";
export const API_KEY: Input<"events", "CreateConnection">["AuthParameters"] = {
  ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "secret" },
};

/** A connection, a destination that uses it, and a rule that sends everything there. */
export async function routed(
  fixture: EventsFixture,
  options: {
    readonly connection?: object;
    readonly destination?: object;
    readonly target?: object;
  } = {},
): Promise<string> {
  const { call, route } = fixture;
  const { ConnectionArn = "" } = await call("CreateConnection", {
    Name: "conn",
    AuthorizationType: "API_KEY",
    AuthParameters: API_KEY,
    ...options.connection,
  });
  const { ApiDestinationArn = "" } = await call("CreateApiDestination", {
    Name: "dest",
    ConnectionArn,
    InvocationEndpoint: "https://example.com/orders",
    HttpMethod: "POST",
    ...options.destination,
  });
  const target = { Arn: ApiDestinationArn, RoleArn: ROLE, ...options.target };
  await route("out", { source: ["app"] }, target);
  return ApiDestinationArn;
}

export const OAUTH: Pick<
  Input<"events", "CreateConnection">,
  "AuthorizationType" | "AuthParameters"
> = {
  AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
  AuthParameters: {
    OAuthParameters: {
      ClientParameters: { ClientID: "me", ClientSecret: "s3cret" },
      AuthorizationEndpoint: "https://example.com/token",
      HttpMethod: "POST",
      OAuthHttpParameters: {
        BodyParameters: [{ Key: "audience", Value: "all", IsValueSecret: false }],
      },
    },
  },
};
