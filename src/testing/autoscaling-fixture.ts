/** Application Auto Scaling and the DynamoDB it scales, with timers and the outbox, on one clock. */
import { createDispatcher } from "../app/dispatcher.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import { createJournal } from "../outbox/journal.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createApplicationAutoScaling } from "../services/applicationautoscaling/service.ts";
import { createDynamoDb } from "../services/dynamodb/service.ts";
import type { Service } from "../services/service.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input } from "../wire/operations.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface AutoScalingFixture {
  readonly clock: SimulatedClock;
  readonly call: ServiceCaller<"applicationautoscaling">;
  readonly dynamoDb: ServiceCaller<"dynamodb">;
  /** Moves time on and waits until what fell due is done. */
  advance(ms: number): Promise<void>;
  /** A provisioned table with a global index `by-kind`. */
  table(name: string, more?: Partial<Input<"dynamodb", "CreateTable">>): Promise<void>;
  /** Read and write capacity of a table. */
  capacity(name: string): Promise<readonly [number, number]>;
  stop(): Promise<void>;
}

/** Turns of the event loop that let the outbox do what is due. */
const TURNS = 60;

export function createAutoScalingFixture(): AutoScalingFixture {
  const { store, clock, random } = createTestStore();
  const core = { store, clock, random, log: createMemoryLog() };
  const services = new Map<string, Service>();
  const endpoint = "http://127.0.0.1:4566";
  const dispatcher = createDispatcher({ ...core, journal: createJournal(), services, endpoint });
  const dynamo = createDynamoDb(core).service;
  const scaling = createApplicationAutoScaling({ ...core, dispatcher });
  services.set(dynamo.name, dynamo);
  services.set(scaling.service.name, scaling.service);
  const handlers = { ...dynamo.timers, ...scaling.service.timers };
  const workers = [
    createTimerLoop({ ...core, handlers }),
    createOutboxWorker({ ...core, kinds: scaling.jobs }),
  ];
  for (const worker of workers) {
    worker.start();
  }
  const dynamoDb = serviceCaller<"dynamodb">(dynamo, clock);
  const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  return {
    clock,
    dynamoDb,
    call: serviceCaller<"applicationautoscaling">(scaling.service, clock),
    async advance(ms) {
      await clock.advance(ms);
      for (let turn = 0; turn < TURNS; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    async table(TableName, more = {}) {
      await dynamoDb("CreateTable", {
        TableName,
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          { AttributeName: "kind", AttributeType: "S" },
        ],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: units,
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-kind",
            KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
            ProvisionedThroughput: units,
          },
        ],
        ...more,
      });
    },
    async capacity(TableName) {
      const { Table } = await dynamoDb("DescribeTable", { TableName });
      const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = Table?.ProvisionedThroughput ?? {};
      return [ReadCapacityUnits, WriteCapacityUnits];
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
