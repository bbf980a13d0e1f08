/** A running SQS over the test store, timers included, with the calls that tests make most. */
import { createMemoryLog } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import type { Service, TimerHandler } from "../services/service.ts";
import { createSqs, type SqsOptions } from "../services/sqs/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input, Output } from "../wire/operations.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export type Received = NonNullable<Output<"sqs", "ReceiveMessage">["Messages"]>[number];

export interface SqsFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly service: Service;
  /** What the loop of durable timers runs; another service over this store adds its own. */
  readonly timers: Record<string, TimerHandler>;
  readonly call: ServiceCaller<"sqs">;
  /** Creates a queue and answers its URL. */
  queue(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** Receives up to ten messages with all their attributes. */
  receive(
    queueUrl: string,
    options?: Partial<Input<"sqs", "ReceiveMessage">>,
  ): Promise<readonly Received[]>;
  bodies(queueUrl: string): Promise<readonly (string | undefined)[]>;
  attributes(queueUrl: string): Promise<Readonly<Record<string, string>>>;
}

export function createSqsFixture(
  options: SqsOptions & { readonly seed?: number } = {},
): SqsFixture {
  const { store, clock, random } = createTestStore(options);
  const log = createMemoryLog();
  const service = createSqs({ store, clock, random, log }, options);
  const timers: Record<string, TimerHandler> = { ...service.timers };
  createTimerLoop({ store, clock, log, handlers: timers }).start();
  const call = serviceCaller<"sqs">(service, clock);
  const receive: SqsFixture["receive"] = async (queueUrl, overrides = {}) => {
    const { Messages } = await call("ReceiveMessage", {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      ...overrides,
    });
    return Messages ?? [];
  };
  return {
    store,
    clock,
    random,
    service,
    timers,
    call,
    receive,
    async queue(name, attributes) {
      const { QueueUrl } = await call("CreateQueue", { QueueName: name, Attributes: attributes });
      return QueueUrl ?? "";
    },
    async bodies(queueUrl) {
      return (await receive(queueUrl)).map((message) => message.Body);
    },
    async attributes(queueUrl) {
      const input = { QueueUrl: queueUrl, AttributeNames: ["All"] };
      return (await call("GetQueueAttributes", input)).Attributes ?? {};
    },
  };
}
