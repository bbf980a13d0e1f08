/** A running DynamoDB over the test store, timers included, with the calls that tests make most. */
import { expect } from "vitest";
import type { Attributes } from "../languages/dynamodb/attribute-value.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import type { CreationDelay } from "../services/dynamodb/creation-delay.ts";
import { createDynamoDb } from "../services/dynamodb/service.ts";
import type { ThroughputMeter } from "../services/dynamodb/throughput-meter.ts";
import type { Service } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input, OperationName } from "../wire/operations.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface DynamoDbFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly service: Service;
  readonly call: ServiceCaller<"dynamodb">;
  readonly streams: ServiceCaller<"dynamodbstreams">;
  readonly throughput: ThroughputMeter;
  readonly creationDelay: CreationDelay;
  /** Runs timers from now on; the fixture does unless told otherwise. */
  startTimers(): void;
  /** Creates a table on demand: `key` is `id` or `pk sk:N`; names without a type are strings. */
  table(name: string, key: string, more?: Partial<Input<"dynamodb", "CreateTable">>): Promise<void>;
  put(table: string, ...items: readonly Attributes[]): Promise<void>;
  get(table: string, key: Attributes): Promise<Attributes | undefined>;
  /** The code and message of the error a call must end with. */
  refused<O extends OperationName<"dynamodb">>(
    operation: O,
    input: Input<"dynamodb", O>,
  ): Promise<{ readonly code: string; readonly message: string; readonly members: object }>;
}

export function createDynamoDbFixture(
  options: { readonly hasTimers: boolean } = { hasTimers: true },
): DynamoDbFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const { service, streams, throughput, creationDelay } = createDynamoDb({
    store,
    clock,
    random,
    log,
  });
  const timers = createTimerLoop({ store, clock, log, handlers: service.timers ?? {} });
  if (options.hasTimers) {
    timers.start();
  }
  const call = serviceCaller<"dynamodb">(service, clock);
  return {
    store,
    clock,
    service,
    call,
    throughput,
    creationDelay,
    streams: serviceCaller<"dynamodbstreams">(streams, clock),
    startTimers: () => timers.start(),
    async table(name, key, more = {}) {
      const attributes = key.split(" ").map((text) => {
        const [AttributeName = "", AttributeType = "S"] = text.split(":");
        return { AttributeName, AttributeType };
      });
      await call("CreateTable", {
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: attributes.map(({ AttributeName }, index) => ({
          AttributeName,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
        ...more,
        AttributeDefinitions: [...attributes, ...(more.AttributeDefinitions ?? [])],
      });
    },
    async put(table, ...items) {
      for (const Item of items) {
        await call("PutItem", { TableName: table, Item });
      }
    },
    async get(table, Key) {
      return (await call("GetItem", { TableName: table, Key })).Item;
    },
    async refused(operation, input) {
      const error = await call(operation, input).then(
        () => expect.unreachable(`${operation} must fail`),
        (thrown: unknown) => thrown,
      );
      return error as Awaited<ReturnType<DynamoDbFixture["refused"]>>;
    },
  };
}
