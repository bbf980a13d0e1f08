/** Makes every service and gives each its ports: the wiring diagram of Millrace, as code. */
import { type CloudFormation, createCloudFormation } from "../deploy/cloudformation/service.ts";
import type { CodeStore } from "../functions/code/code-store.ts";
import type { FunctionHost } from "../functions/function-host.ts";
import type { Images } from "../functions/images/images.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { Gauge } from "../outbox/metrics.ts";
import type { OperationCatalog } from "../outbox/operation-catalog.ts";
import type { Sink, Sinks } from "../outbox/sink.ts";
import type { HttpClient } from "../platform/http-client.ts";
import {
  type AutoScaling,
  createApplicationAutoScaling,
} from "../services/applicationautoscaling/service.ts";
import type { MetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createCloudWatch } from "../services/cloudwatch/service.ts";
import { type CodeDeploy, createCodeDeploy } from "../services/codedeploy/service.ts";
import { createDynamoDb, type DynamoDb } from "../services/dynamodb/service.ts";
import { createEvents, type Events } from "../services/events/service.ts";
import { createIam } from "../services/iam/service.ts";
import { createKinesis, type Kinesis } from "../services/kinesis/service.ts";
import { createLambda, type Lambda } from "../services/lambda/service.ts";
import { createPipes, type Pipes } from "../services/pipes/service.ts";
import { createS3, type S3 } from "../services/s3/service.ts";
import { createScheduler, type Scheduler } from "../services/scheduler/service.ts";
import { createSchemas } from "../services/schemas/service.ts";
import { createSecretsManager, type SecretsManager } from "../services/secretsmanager/service.ts";
import type { CorePorts, Service, TimerHandler } from "../services/service.ts";
import { createSns, type Sns } from "../services/sns/service.ts";
import { createSqs } from "../services/sqs/service.ts";
import { createSsm } from "../services/ssm/service.ts";
import { createStates, type States } from "../services/states/service.ts";
import { createSts } from "../services/sts/service.ts";
import type { Blobs } from "../store/blobs.ts";
import { type Apis, createApis } from "./apis.ts";

export interface ServicesOptions {
  readonly core: CorePorts;
  readonly dispatcher: Dispatcher;
  readonly blobs: Blobs;
  readonly functions: FunctionHost;
  /** Endpoints outside the engine. */
  readonly http: HttpClient;
  readonly codeStore: CodeStore;
  readonly images: Images;
  /** The engine's own address. */
  readonly endpoint: string;
  /**
   * Filled with every service that can be a target. Sinks send to each other (a bus to a topic to a
   * queue), so each looks here when it delivers.
   */
  readonly sinks: Record<string, Sink>;
  /** Made before the others: function environments write to it. */
  readonly logs: Service;
  /** What is counted; made before the others as well. */
  readonly metrics: MetricIntake;
}

export interface Services {
  readonly byName: ReadonlyMap<string, Service>;
  readonly timers: Readonly<Record<string, TimerHandler>>;
  /** Targets in the store, by service. */
  readonly sinks: Sinks;
  readonly autoScaling: AutoScaling;
  readonly codeDeploy: CodeDeploy;
  readonly dynamoDb: DynamoDb;
  readonly kinesis: Kinesis;
  readonly lambda: Lambda;
  readonly events: Events;
  readonly apiGateway: Apis;
  readonly pipes: Pipes;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly secretsManager: SecretsManager;
  readonly states: States;
  readonly sns: Sns;
  readonly cloudFormation: CloudFormation;
}

/**
 * How long the answer that begins a deployment waits for its end: what is deployed by then needs no
 * second look, and the first look of the AWS CLI comes after 30 s.
 */
const DEPLOYMENT_GRACE_MS = 2_000;

export function createServices(options: ServicesOptions): Services {
  const { core, dispatcher, blobs, sinks } = options;
  const gauges: Record<string, Gauge> = {};
  const byName = new Map<string, Service>();
  const catalog = catalogOf(byName);
  const autoScaling = createApplicationAutoScaling({ ...core, dispatcher });
  const codeDeploy = createCodeDeploy({ ...core, dispatcher, sinks });
  const dynamoDb = createDynamoDb(
    { ...core, countMetrics: options.metrics.receive },
    { sinks, dispatcher },
  );
  const iam = createIam(core);
  const kinesis = createKinesis(core);
  const lambda = lambdaOf(options, sinks);
  const senders = createSenders(options, { sinks, catalog });
  const { apiGateway, events, pipes, scheduler, secretsManager, sns, states } = senders;
  const cloudFormation = createCloudFormation({
    ...core,
    dispatcher,
    sinks,
    endpoint: options.endpoint,
    answerGraceMs: DEPLOYMENT_GRACE_MS,
  });
  const s3 = createS3({ ...core, blobs, sinks, dispatcher });
  const all: readonly Service[] = [
    ...apiGateway.services,
    autoScaling.service,
    cloudFormation.service,
    createCloudWatch({ ...core, sinks, gauges, intake: options.metrics }),
    codeDeploy.service,
    dynamoDb.service,
    dynamoDb.streams,
    events,
    iam,
    kinesis.service,
    lambda.service,
    options.logs,
    pipes.service,
    createSchemas({ ...core, dispatcher }),
    s3,
    scheduler.service,
    secretsManager.service,
    sns.service,
    createSqs(core),
    createSsm({ ...core, dispatcher }),
    states.service,
    createSts({ ...core, roles: iam.roles }),
  ];
  register(all, { byName, sinks, gauges });
  // Their ARNs have the name of another service.
  sinks["autoscaling"] = autoScaling.policies;
  return {
    ...senders,
    byName,
    sinks,
    timers: Object.assign({}, ...all.map((service) => service.timers ?? {})),
    autoScaling,
    codeDeploy,
    dynamoDb,
    kinesis,
    lambda,
    s3,
    cloudFormation,
  };
}

function lambdaOf(options: ServicesOptions, sinks: Sinks): Lambda {
  const { core, dispatcher, blobs, functions, codeStore, images, metrics } = options;
  return createLambda({
    ...core,
    functions,
    blobs,
    codeStore,
    images,
    sinks,
    dispatcher,
    countMetrics: metrics.receive,
    fetchObject: objectReader(dispatcher),
  });
}

/** The services that carry what happens in one place to others, and call what is outside. */
function createSenders(
  { core, dispatcher, http, metrics }: ServicesOptions,
  { sinks, catalog }: { readonly sinks: Sinks; readonly catalog: OperationCatalog },
): Pick<
  Services,
  "apiGateway" | "events" | "pipes" | "scheduler" | "secretsManager" | "sns" | "states"
> {
  const events = createEvents({ ...core, sinks, http });
  const apiGateway = createApis({ ...core, dispatcher, http });
  const { endpoints } = events;
  const { apis } = apiGateway;
  return {
    apiGateway,
    events,
    pipes: createPipes({ ...core, dispatcher, catalog }),
    scheduler: createScheduler({ ...core, sinks, dispatcher, catalog }),
    secretsManager: createSecretsManager({ ...core, dispatcher }),
    sns: createSns({ ...core, sinks, http }),
    states: createStates({
      ...core,
      dispatcher,
      catalog,
      endpoints,
      apis,
      countMetrics: metrics.receive,
    }),
  };
}

function catalogOf(byName: ReadonlyMap<string, Service>): OperationCatalog {
  return {
    supports: (service, operation) => byName.get(service)?.operations[operation] !== undefined,
  };
}

interface Registers {
  readonly byName: Map<string, Service>;
  readonly sinks: Record<string, Sink>;
  readonly gauges: Record<string, Gauge>;
}

function register(all: readonly Service[], { byName, sinks, gauges }: Registers): void {
  for (const service of all) {
    Object.assign(gauges, service.gauges);
    byName.set(service.name, service);
    if (service.sink !== undefined) {
      sinks[service.name] = service.sink;
    }
  }
}

/** Packages that are named by bucket and key. */
function objectReader(dispatcher: Dispatcher): Parameters<typeof createLambda>[0]["fetchObject"] {
  return async ({ bucket, key, version }, caller) => {
    const { Body: body } = await dispatcher.call(caller, "s3", "GetObject", {
      Bucket: bucket,
      Key: key,
      VersionId: version,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body ?? []) {
      chunks.push(typeof chunk === "number" ? Uint8Array.of(chunk) : chunk);
    }
    return Buffer.concat(chunks);
  };
}
