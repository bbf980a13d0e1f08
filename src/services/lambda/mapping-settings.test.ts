import { beforeEach, describe, expect, test } from "vitest";
import { createLambdaFixture, type LambdaFixture } from "../../testing/lambda-fixture.ts";
import type { Input, Output } from "../../wire/operations.ts";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:orders";
const UNSUPPORTED = "parameter for given event source mapping type.";

let fixture: LambdaFixture;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction("orders");
  await fixture.sqs("CreateQueue", { QueueName: "orders" });
});

type Settings = Partial<Input<"lambda", "CreateEventSourceMapping">>;

function create(settings: Settings = {}): Promise<Output<"lambda", "CreateEventSourceMapping">> {
  const request = { FunctionName: "orders", EventSourceArn: QUEUE_ARN, ...settings };
  return fixture.call("CreateEventSourceMapping", request);
}

async function updated(
  UUID: string | undefined,
  settings: Partial<Input<"lambda", "UpdateEventSourceMapping">>,
): Promise<Output<"lambda", "GetEventSourceMapping">> {
  await fixture.clock.advance(0);
  await fixture.call("UpdateEventSourceMapping", { ...settings, UUID: UUID ?? "" });
  await fixture.clock.advance(0);
  return fixture.call("GetEventSourceMapping", { UUID: UUID ?? "" });
}

describe("provisioned mode", () => {
  test("is shown, keeps what an update leaves out, and ends with an empty configuration", async () => {
    const created = await create({ ProvisionedPollerConfig: { MinimumPollers: 3 } });
    expect(created.ProvisionedPollerConfig).toEqual({ MinimumPollers: 3, MaximumPollers: 200 });
    const { UUID } = created;
    const more = await updated(UUID, { ProvisionedPollerConfig: { MaximumPollers: 9 } });
    expect(more.ProvisionedPollerConfig).toEqual({ MinimumPollers: 3, MaximumPollers: 9 });
    const same = await updated(UUID, { BatchSize: 3 });
    expect(same.ProvisionedPollerConfig).toEqual({ MinimumPollers: 3, MaximumPollers: 9 });
    const none = await updated(UUID, { ProvisionedPollerConfig: {} });
    expect(none).not.toHaveProperty("ProvisionedPollerConfig");
  });

  test.each<[string, Settings, string]>([
    ["one poller", { ProvisionedPollerConfig: { MinimumPollers: 1 } }, "must be at least 2"],
    [
      "more at least than at most",
      { ProvisionedPollerConfig: { MinimumPollers: 5, MaximumPollers: 4 } },
      "must not be greater",
    ],
    [
      "a maximum concurrency beside it",
      {
        ProvisionedPollerConfig: { MinimumPollers: 2 },
        ScalingConfig: { MaximumConcurrency: 2 },
      },
      "mutually exclusive",
    ],
    [
      "a group of pollers",
      { ProvisionedPollerConfig: { PollerGroupName: "all" } },
      `Unsupported 'pollerGroupName' ${UNSUPPORTED}`,
    ],
  ])("refuses %s", async (_, settings, message) => {
    await expect(create(settings)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringContaining(message),
    });
  });
});

describe("event source mappings", () => {
  test("show metrics and the key of their filters until these are taken away", async () => {
    const KMSKeyArn = "arn:aws:kms:us-east-1:000000000000:key/1";
    const MetricsConfig = { Metrics: ["EventCount"] };
    const created = await create({ KMSKeyArn, MetricsConfig });
    expect(created).toMatchObject({ KMSKeyArn, MetricsConfig });
    const without = await updated(created.UUID, { KMSKeyArn: "", MetricsConfig: { Metrics: [] } });
    expect(without).not.toHaveProperty("KMSKeyArn");
    expect(without).not.toHaveProperty("MetricsConfig");
  });

  test.each<[string, Settings, string]>([
    ["a metric of Kafka", { MetricsConfig: { Metrics: ["KafkaMetrics"] } }, "metricsConfig"],
    ["logging", { LoggingConfig: { SystemLogLevel: "DEBUG" } }, "loggingConfig"],
    ["parallelization", { ParallelizationFactor: 2 }, "parallelizationFactor"],
    ["topics", { Topics: ["a"] }, "topics"],
    [
      "a destination",
      { DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } } },
      "destinationConfig",
    ],
  ])("of queues refuse %s", async (_, settings, parameter) => {
    await expect(create(settings)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: `Unsupported '${parameter}' ${UNSUPPORTED}`,
    });
  });

  test("of queues refuse a starting position", async () => {
    await expect(create({ StartingPosition: "LATEST" })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: "StartingPosition is not valid for SQS event sources.",
    });
  });

  test.each([
    ["arn:aws:kafka:us-east-1:000000000000:cluster/x/1", "Amazon MSK"],
    ["arn:aws:mq:us-east-1:000000000000:broker:x:1", "Amazon MQ"],
    ["arn:aws:rds:us-east-1:000000000000:cluster:x", "Amazon DocumentDB"],
  ])("refuse %s by its name", async (EventSourceArn, name) => {
    await expect(create({ EventSourceArn })).rejects.toMatchObject({
      status: 501,
      message: `Millrace does not support an event source of ${name} of CreateEventSourceMapping.`,
    });
  });

  test("refuse Kafka on machines of one's own by its name", async () => {
    const SelfManagedEventSource = { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ["a:9092"] } };
    await expect(
      fixture.call("CreateEventSourceMapping", {
        FunctionName: "orders",
        SelfManagedEventSource,
        Topics: ["a"],
      }),
    ).rejects.toMatchObject({ status: 501, message: expect.stringContaining("Apache Kafka") });
  });

  test("take no function that may work longer than the queue hides a message", async () => {
    const { UUID } = await create();
    await fixture.createFunction("slow", { Timeout: 60 });
    await expect(updated(UUID, { FunctionName: "slow" })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    });
  });
});
