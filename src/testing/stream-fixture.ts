/**
 * Tables with streams, Kinesis streams and functions that read them, over the test store: DynamoDB,
 * Kinesis, Lambda with a scripted host, SQS and S3, timers, jobs and pollers running.
 */
import { createEventSourcePollers } from "../delivery/event-source-pollers.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Worker } from "../delivery/worker.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { Sinks } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createDynamoDb } from "../services/dynamodb/service.ts";
import { createKinesis } from "../services/kinesis/service.ts";
import type { ShardMeter } from "../services/kinesis/shard-meter.ts";
import { createLambda } from "../services/lambda/service.ts";
import { createS3 } from "../services/s3/service.ts";
import type { CorePorts, Service } from "../services/service.ts";
import { createSqs } from "../services/sqs/service.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input } from "../wire/operations.ts";
import { createFakeFunctionHost, type FakeFunctionHost } from "./fake-function-host.ts";
import { fakePackages, inProcessDispatcher, ROLE, ZIP } from "./lambda-fixture.ts";
import { TEST_ACCOUNT, TEST_REGION } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface StreamFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly host: FakeFunctionHost;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly dispatcher: Dispatcher;
  /** What shards take and give, enforced when a test says so. */
  readonly meter: ShardMeter;
  readonly call: Call;
  /** Creates a table `name` with the key `id` and a stream, and answers the stream's ARN. */
  table(name: string, more?: Partial<Input<"dynamodb", "CreateTable">>): Promise<string>;
  /** Creates a Kinesis stream, and answers its ARN. */
  stream(name: string, shards?: number): Promise<string>;
  /** Creates a function and connects it; answers the mapping's UUID. */
  connect(
    name: string,
    streamArn: string,
    more?: Partial<Input<"lambda", "CreateEventSourceMapping">>,
  ): Promise<string>;
  /** As after a crash: the pollers are others, the rows the same. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

type FixtureService = "dynamodb" | "dynamodbstreams" | "kinesis" | "lambda" | "sqs" | "s3";

type Call = <S extends FixtureService, O extends never>(
  service: S,
  operation: string,
  input: object,
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
) => Promise<any> | O;

export async function createStreamFixture(
  options: { readonly seed?: number } = {},
): Promise<StreamFixture> {
  const { store, clock, random } = createTestStore(options);
  const core = { store, clock, random, log: createMemoryLog() };
  const host = createFakeFunctionHost();
  const { lambda, all, sinks, dispatcher, jobs, meter } = await wired(core, host);
  const outbox = createOutboxWorker({ ...core, kinds: jobs });
  outbox.start();
  const timers = createTimerLoop({
    ...core,
    handlers: Object.assign({}, ...all.map((service) => service.timers ?? {})),
  });
  timers.start();
  const newPollers = (): Worker =>
    createEventSourcePollers({ ...core, dispatcher, sinks, sources: lambda.eventSources });
  let pollers = newPollers();
  pollers.start();
  const caller = { accountId: TEST_ACCOUNT, region: TEST_REGION };
  const call: Call = (service, operation, input) =>
    dispatcher.callByName(caller, service, operation, input);
  return {
    store,
    clock,
    host,
    log: core.log,
    dispatcher,
    meter,
    call,
    table: (name, more) => streamedTable(call, name, more),
    async stream(StreamName, ShardCount = 1) {
      await call("kinesis", "CreateStream", { StreamName, ShardCount });
      return `arn:aws:kinesis:${TEST_REGION}:${TEST_ACCOUNT}:stream/${StreamName}`;
    },
    async connect(name, EventSourceArn, more = {}) {
      await call("lambda", "CreateFunction", {
        FunctionName: name,
        Role: ROLE,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Code: { ZipFile: ZIP },
      });
      const { UUID } = await call("lambda", "CreateEventSourceMapping", {
        FunctionName: name,
        EventSourceArn,
        StartingPosition: "TRIM_HORIZON",
        ...more,
      });
      await clock.advance(0);
      return UUID;
    },
    async restart() {
      await pollers.stop();
      pollers = newPollers();
      pollers.start();
    },
    async stop() {
      await pollers.stop();
      await outbox.stop();
      await timers.stop();
    },
  };
}

async function wired(core: CorePorts & { readonly clock: SimulatedClock }, host: FakeFunctionHost) {
  const services: Record<string, Service> = {};
  const sinks: Record<string, Sinks[string]> = {};
  const dispatcher = inProcessDispatcher(services, core.clock);
  const blobs = await createMemoryBlobs(core);
  const dynamoDb = createDynamoDb(core, { sinks, dispatcher });
  const lambda = createLambda({
    ...core,
    functions: host,
    blobs,
    ...fakePackages(),
    sinks,
    dispatcher,
    countMetrics: () => undefined,
  });
  const s3 = createS3({ ...core, blobs, sinks, dispatcher });
  const { service: kinesis, meter } = createKinesis(core);
  const all = [dynamoDb.service, dynamoDb.streams, kinesis, createSqs(core), lambda.service, s3];
  for (const service of all) {
    services[service.name] = service;
    if (service.sink !== undefined) {
      sinks[service.name] = service.sink;
    }
  }
  return { lambda, all, sinks, dispatcher, meter, jobs: dynamoDb.jobs(dispatcher) };
}

async function streamedTable(
  call: Call,
  TableName: string,
  more: Partial<Input<"dynamodb", "CreateTable">> = {},
): Promise<string> {
  const { TableDescription } = await call("dynamodb", "CreateTable", {
    TableName,
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    ...more,
  });
  return TableDescription.LatestStreamArn;
}
