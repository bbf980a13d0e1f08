/** Application Auto Scaling, CloudWatch, and the DynamoDB that is scaled, with timers and the outbox, on one clock. */
import { createDispatcher } from "../app/dispatcher.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Outcome } from "../outbox/job.ts";
import { createJournal } from "../outbox/journal.ts";
import type { Sink } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { SCALE_JOB } from "../services/applicationautoscaling/scaler.ts";
import { createApplicationAutoScaling } from "../services/applicationautoscaling/service.ts";
import { createMetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createCloudWatch } from "../services/cloudwatch/service.ts";
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
  readonly cloudWatch: ServiceCaller<"cloudwatch">;
  /** All work of the outbox ends, as with the engine, and is taken up again by `start`. */
  crash(): Promise<void>;
  readonly scaling: {
    /** One attempt at a job, without what follows from it. */
    attempt(body: object): Promise<Outcome>;
  };
  start(): void;
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
  const intake = createMetricIntake(core);
  const sinks: Record<string, Sink> = {};
  const dynamo = createDynamoDb({ ...core, countMetrics: intake.receive }).service;
  const gauges = dynamo.gauges ?? {};
  const watch = createCloudWatch({ ...core, sinks, gauges, intake });
  const scaling = createApplicationAutoScaling({ ...core, dispatcher });
  services.set(dynamo.name, dynamo);
  services.set(scaling.service.name, scaling.service);
  services.set(watch.name, watch);
  sinks["autoscaling"] = scaling.policies;
  const handlers = { ...dynamo.timers, ...scaling.service.timers, ...watch.timers };
  const timers = createTimerLoop({ ...core, handlers });
  let outbox = createOutboxWorker({ ...core, kinds: scaling.jobs });
  timers.start();
  outbox.start();
  const dynamoDb = serviceCaller<"dynamodb">(dynamo, clock);
  return {
    clock,
    dynamoDb,
    cloudWatch: serviceCaller<"cloudwatch">(watch, clock),
    crash: () => outbox.stop(),
    scaling: {
      async attempt(body) {
        const place = { kind: SCALE_JOB, lane: "", dueMs: 0, id: "" };
        const owner = { accountId: "000000000000", region: "us-east-1", cause: "", min: 1, max: 1 };
        const outcome = await scaling.jobs[SCALE_JOB]?.attempt({
          ...place,
          body: { ...owner, ...body },
        });
        return outcome ?? { kind: "dropped", because: "no such job" };
      },
    },
    start() {
      outbox = createOutboxWorker({ ...core, kinds: scaling.jobs });
      outbox.start();
    },
    call: serviceCaller<"applicationautoscaling">(scaling.service, clock),
    async advance(ms) {
      await clock.advance(ms);
      for (let turn = 0; turn < TURNS; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    async table(TableName, more = {}) {
      await dynamoDb("CreateTable", { TableName, ...provisioned, ...more });
    },
    async capacity(TableName) {
      const { Table } = await dynamoDb("DescribeTable", { TableName });
      const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = Table?.ProvisionedThroughput ?? {};
      return [ReadCapacityUnits, WriteCapacityUnits];
    },
    async stop() {
      intake.stop();
      await Promise.all([timers.stop(), outbox.stop()]);
    },
  };
}

const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

const provisioned: Omit<Input<"dynamodb", "CreateTable">, "TableName"> = {
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
};
