/**
 * Lambda over the test store with a scripted function host and a real SQS: timers and the outbox
 * worker run, and every target of a destination records what it gets.
 */
import { fromBase64 } from "../base/bytes.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import { ImageError } from "../functions/images/image-error.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { Acceptance, Sinks } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import type { LambdaPorts } from "../services/lambda/ports.ts";
import { createLambda, type Lambda } from "../services/lambda/service.ts";
import type { Service } from "../services/service.ts";
import { createSqs } from "../services/sqs/service.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Input } from "../wire/operations.ts";
import { createFakeFunctionHost, type FakeFunctionHost } from "./fake-function-host.ts";
import { createRecordingSink, type Recorded, takeRecorded } from "./recording-sink.ts";
import { callService, type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

/** A file that the fixture's code store takes for a package. */
export const ZIP: Uint8Array = fromBase64("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==");
export const ROLE = "arn:aws:iam::000000000000:role/orders";

export interface LambdaFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly host: FakeFunctionHost;
  readonly lambda: Lambda;
  readonly call: ServiceCaller<"lambda">;
  readonly sqs: ServiceCaller<"sqs">;
  readonly dispatcher: Dispatcher;
  readonly log: ReturnType<typeof createMemoryLog>;
  /** Packages unpacked so far, by their hash. */
  readonly unpacked: readonly string[];
  /** Packages whose unpacked files were removed. */
  readonly removed: readonly string[];
  /** What the next packages take unpacked. */
  readonly sizes: { unzippedBytes: number };
  /** Objects in S3 by `bucket/key`, older versions by `bucket/key?version`. */
  readonly objects: Map<string, Uint8Array>;
  /** Creates a function and answers its ARN. */
  createFunction(
    name: string,
    overrides?: Partial<Input<"lambda", "CreateFunction">>,
  ): Promise<string>;
  /** What sinks got since the last call. */
  taken(): Promise<readonly Recorded[]>;
  /** Starts another outbox worker, as after a restart; the one before is stopped. */
  restartWorker(): Promise<void>;
}

export async function createLambdaFixture(
  options: {
    readonly refuse?: (target: string) => Acceptance | undefined;
    readonly images?: LambdaPorts["images"];
  } = {},
): Promise<LambdaFixture> {
  const { store, clock, random } = createTestStore();
  const core = { store, clock, random, log: createMemoryLog() };
  const { log } = core;
  const host = createFakeFunctionHost();
  const sqs = createSqs(core);
  const services: Record<string, Service> = { sqs };
  const dispatcher = inProcessDispatcher(services, clock);
  const recording = createRecordingSink(options.refuse);
  const sinks: Sinks = { sqs: recording, sns: recording, events: recording, lambda: recording };
  const packages = fakePackages();
  const lambda = createLambda({
    ...core,
    ...packages,
    ...(options.images && { images: options.images }),
    functions: host,
    blobs: await createMemoryBlobs(core),
    sinks,
    dispatcher,
    countMetrics: () => undefined,
  });
  services.lambda = lambda.service;
  const handlers = { ...sqs.timers, ...lambda.service.timers };
  createTimerLoop({ store, clock, log, handlers }).start();
  for (const own of lambda.workers) {
    own.start();
  }
  const newWorker = () => createOutboxWorker({ store, clock, log, kinds: lambda.jobs });
  let worker = newWorker();
  worker.start();
  const call = serviceCaller<"lambda">(lambda.service, clock);
  return {
    store,
    clock,
    host,
    lambda,
    call,
    sqs: serviceCaller<"sqs">(sqs, clock),
    dispatcher,
    log,
    unpacked: packages.unpacked,
    removed: packages.removed,
    sizes: packages.sizes,
    objects: packages.objects,
    async createFunction(name, overrides = {}) {
      const { FunctionArn } = await call("CreateFunction", {
        ...MINIMAL,
        ...overrides,
        FunctionName: name,
      });
      return FunctionArn ?? "";
    },
    taken: () => takeRecorded(store),
    async restartWorker() {
      await worker.stop();
      worker = newWorker();
      worker.start();
    },
  };
}

const MINIMAL = {
  Role: ROLE,
  Runtime: "nodejs20.x",
  Handler: "index.handler",
  Code: { ZipFile: ZIP },
};

interface FakePackages extends Pick<LambdaPorts, "codeStore" | "fetchObject" | "images"> {
  readonly removed: readonly string[];
  readonly sizes: { unzippedBytes: number };
  readonly unpacked: readonly string[];
  readonly objects: Map<string, Uint8Array>;
}

/** A machine without container images: real ones have tests of their own. */
export const noImages: LambdaPorts["images"] = {
  withImage: async () => {
    throw new ImageError("There are none here.");
  },
  find: async () => undefined,
  list: async () => [],
  remove: async () => undefined,
};

/** A code store that unpacks nothing, and S3 as a map. */
export function fakePackages(): FakePackages {
  const unpacked: string[] = [];
  const objects = new Map<string, Uint8Array>();
  const removed: string[] = [];
  const sizes = { unzippedBytes: 100 };
  return {
    images: noImages,
    removed,
    sizes,
    unpacked,
    objects,
    codeStore: {
      async unpack(sha256: string) {
        unpacked.push(sha256);
        return `/code/${sha256}`;
      },
      measure: async () => sizes.unzippedBytes,
      list: async () => [...new Set(unpacked)].filter((hash) => !removed.includes(hash)),
      async remove(sha256: string) {
        removed.push(sha256);
      },
    },
    async fetchObject({ bucket, key, version }) {
      const object = objects.get(`${bucket}/${key}${version === undefined ? "" : `?${version}`}`);
      if (object === undefined) {
        throw new AwsError({ code: "NoSuchKey", message: "The specified key does not exist." });
      }
      return object;
    },
  };
}

/** Calls operations as they are: without the checks against the model. */
export function inProcessDispatcher(
  services: Readonly<Record<string, Service>>,
  clock: SimulatedClock,
): Dispatcher {
  const callByName: Dispatcher["callByName"] = async (caller, name, operation, input) => {
    const service = services[name];
    if (service === undefined) {
      throw new Error(`there is no service ${name}`);
    }
    const { accountId, region, trace, abort, requestId } = caller;
    return callService(service, operation, input, {
      accountId,
      region,
      trace,
      nowMs: clock.nowMs(),
      ...(abort !== undefined && { abort }),
      ...(requestId !== undefined && { requestId }),
    });
  };
  return { callByName, call: callByName as Dispatcher["call"] };
}
