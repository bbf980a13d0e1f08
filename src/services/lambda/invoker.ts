/** Runs a function once, whoever asked: the one place that knows of concurrency and packages. */
import type { CodeStore } from "../../functions/code/code-store.ts";
import type {
  FunctionHost,
  FunctionSpec,
  InvocationResult,
  KeptEnvironments,
  ResponseStream,
} from "../../functions/function-host.ts";
import type { Images } from "../../functions/images/images.ts";
import { newTrace, sampledTrace, withPassage } from "../../outbox/lineage.ts";
import type { ReceiveMetrics } from "../../outbox/metrics.ts";
import type { Random } from "../../platform/random.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { ReadTx } from "../../store/store.ts";
import { routedVersion } from "./alias.ts";
import { createBusyCount } from "./busy-count.ts";
import { createConcurrencyGate } from "./concurrency-gate.ts";
import { rateExceeded, recursiveInvocation, type ThrottleReason } from "./errors.ts";
import {
  existingFunction,
  findVersion,
  type LambdaFunction,
  latestFunction,
  versionArn,
  versionOf,
} from "./function.ts";
import {
  type FunctionReference,
  functionArn,
  isVersionNumber,
  LATEST,
  qualifiedArn,
} from "./function-name.ts";
import { IMAGE_TASK_ROOT, withImage } from "./image-spec.ts";
import { invocationSample, RunningCount, throttledSample } from "./invocation-metrics.ts";
import { aliases, functionKey, reservedTotals } from "./keys.ts";
import { LOOP_INVOCATIONS_MAX } from "./limits.ts";
import { hexHash, packagesOf, type StoredPackage } from "./package-use.ts";

/** What must be read to invoke a function. */
export interface Invocable {
  /** The version that runs. */
  readonly fn: LambdaFunction;
  /** Its function: what concerns all versions stands there. */
  readonly latest: LambdaFunction;
  /** What functions of its account and region take out of what all others share. */
  readonly reservedInAll: number;
}

export interface Call {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly qualifier: string | undefined;
  readonly nowMs: number;
  readonly trace: string | undefined;
  readonly clientContext?: string | undefined;
  readonly stream?: ResponseStream | undefined;
}

export type CallResult =
  | (InvocationResult & { readonly throttled?: undefined; readonly isLoop?: undefined })
  | { readonly throttled: ThrottleReason; readonly isLoop?: undefined }
  | { readonly isLoop: true; readonly throttled?: undefined };

export interface Invoker {
  /** Failures of the function and throttling are results; rejects when the host cannot run it. */
  call(invocable: Invocable, call: Call): Promise<CallResult>;
  /** Keeps environments of a version initialised: see `FunctionHost.keep`. */
  keep(
    fn: LambdaFunction,
    kept: { readonly count: number; readonly as: NonNullable<FunctionSpec["keptAs"]> },
  ): Promise<KeptEnvironments>;
  /** A function, or a version of it, is gone: its environments end once idle. */
  retire(fn: LambdaFunction): void;
  /** Resolves when no invocation that runs now uses the package with this hash. */
  idle(hash: string): Promise<void>;
}

/** `chance`, uniform in [0, 1), decides between the versions of an alias. */
export function loadInvocable(tx: ReadTx, reference: FunctionReference, chance: number): Invocable {
  const { qualifier = LATEST } = reference;
  const reservedInAll = reservedTotals.get(tx, [reference.region, reference.accountId]) ?? 0;
  if (qualifier === LATEST) {
    const fn = existingFunction(tx, reference);
    return { fn, latest: fn, reservedInAll };
  }
  const fn = routed(tx, reference, { qualifier, chance }) ?? existingFunction(tx, reference);
  return { fn, latest: latestFunction(tx, reference), reservedInAll };
}

function routed(
  tx: ReadTx,
  reference: FunctionReference,
  { qualifier, chance }: { readonly qualifier: string; readonly chance: number },
): LambdaFunction | undefined {
  const alias = isVersionNumber(qualifier)
    ? undefined
    : aliases.get(tx, [...functionKey(reference), qualifier]);
  return alias && findVersion(tx, { ...reference, qualifier: routedVersion(alias, chance) });
}

export function unthrottled(result: CallResult): InvocationResult {
  if (result.isLoop) {
    throw recursiveInvocation();
  }
  if (result.throttled !== undefined) {
    throw rateExceeded(result.throttled);
  }
  return result;
}

/** Specs of functions that ran lately. A spec is a few hundred bytes. */
const SPECS_MAX = 2_000;

interface PreparedSpec {
  readonly revision: string;
  /** By the id of the package's blob, or by the digest of the image. */
  readonly directories: ReadonlyMap<string, Promise<string>>;
  readonly spec: Promise<FunctionSpec>;
}

export function createInvoker(ports: {
  readonly functions: FunctionHost;
  readonly blobs: Blobs;
  readonly codeStore: CodeStore;
  readonly images: Images;
  readonly random: Random;
  readonly countMetrics: ReceiveMetrics;
}): Invoker {
  const running = new RunningCount();
  const gate = createConcurrencyGate();
  const busy = createBusyCount();
  const specs = createSpecs(ports);
  /** As they were kept, by the ARN of the version. */
  const kept = new Map<string, FunctionSpec>();
  return {
    async call(invocable, call) {
      const { fn, latest } = invocable;
      const given = call.trace ?? newTrace(ports.random, call.nowMs);
      const { trace, count } = withPassage(
        sampledTrace(ports.random, given, fn.tracing),
        functionArn(fn),
      );
      if (count > LOOP_INVOCATIONS_MAX && latest.recursiveLoop !== "Allow") {
        return { isLoop: true };
      }
      const entrance = gate.enter(invocable);
      const invoked = { fn, qualifier: call.qualifier, atMs: call.nowMs };
      if (entrance.throttled !== undefined) {
        ports.countMetrics(throttledSample(invoked));
        return entrance;
      }
      const concurrent = running.enter(fn);
      const packages = packagesOf(fn);
      busy.enter(packages);
      try {
        const result = await ports.functions.invoke(await specs.of(fn), {
          requestId: call.requestId,
          payload: call.payload,
          invokedArn: qualifiedArn(fn, call.qualifier),
          clientContext: call.clientContext,
          trace,
          ...(call.stream !== undefined && { stream: call.stream }),
        });
        ports.countMetrics(invocationSample(invoked, result, concurrent));
        return result;
      } finally {
        running.leave(fn);
        entrance.leave();
        busy.leave(packages);
      }
    },
    async keep(fn, { count, as }) {
      const arn = versionArn(fn);
      // Letting go must not unpack the package of a version that is gone.
      const known = count === 0 ? kept.get(arn) : undefined;
      const spec = known ?? { ...(await specs.of(fn)), keptAs: as };
      if (count === 0) {
        kept.delete(arn);
      } else {
        kept.set(arn, spec);
      }
      return ports.functions.keep(spec, count);
    },
    retire(fn) {
      specs.forget(fn);
      ports.functions.retire(versionArn(fn));
    },
    idle: busy.idle,
  };
}

interface Specs {
  of(fn: LambdaFunction): Promise<FunctionSpec>;
  forget(fn: LambdaFunction): void;
}

/** By ARN; one of an older revision is replaced. */
function createSpecs(ports: {
  readonly blobs: Blobs;
  readonly codeStore: CodeStore;
  readonly images: Images;
}): Specs {
  const specs = new Map<string, PreparedSpec>();
  const unpack = async ({ blobId, sha256 }: StoredPackage): Promise<string> =>
    blobId === undefined
      ? IMAGE_TASK_ROOT
      : ports.codeStore.unpack(hexHash({ sha256 }), await ports.blobs.readAll(blobId));
  return {
    of(fn) {
      const arn = versionArn(fn);
      const known = specs.get(arn);
      if (known?.revision === fn.revisionId) {
        return known.spec;
      }
      const directories = new Map(
        packagesOf(fn).map((one) => [
          one.blobId ?? one.sha256,
          known?.directories.get(one.blobId ?? one.sha256) ?? unpack(one),
        ]),
      );
      const spec = Promise.all(directories.values()).then(async (paths) =>
        withImage(ports.images, fn, specOf(fn, arn, paths)),
      );
      const prepared = { revision: fn.revisionId, directories, spec };
      spec.catch(() => {
        if (specs.get(arn) === prepared) {
          specs.delete(arn);
        }
      });
      specs.delete(arn);
      specs.set(arn, prepared);
      const [oldest] = specs.size > SPECS_MAX ? specs.keys() : [];
      if (oldest !== undefined) {
        specs.delete(oldest);
      }
      return spec;
    },
    forget(fn) {
      specs.delete(versionArn(fn));
    },
  };
}

/** `directories`: of the package, then of each layer. */
function specOf(
  fn: LambdaFunction,
  arn: string,
  [codeDirectory = "", ...layerDirectories]: readonly string[],
): FunctionSpec {
  const { logging } = fn;
  return {
    arn,
    name: fn.name,
    version: versionOf(fn),
    accountId: fn.accountId,
    region: fn.region,
    runtime: fn.runtime,
    handler: fn.handler,
    codeDirectory,
    layerDirectories,
    revision: fn.revisionId,
    environment: fn.environment ?? {},
    timeoutMs: fn.timeoutSeconds * 1_000,
    memoryMb: fn.memoryMb,
    ephemeralStorageMb: fn.ephemeralStorageMb,
    logGroup: logging.group,
    logFormat: logging.format,
    ...(logging.applicationLevel !== undefined && {
      applicationLogLevel: logging.applicationLevel,
    }),
    ...(logging.systemLevel !== undefined && { systemLogLevel: logging.systemLevel }),
    ...(fn.snapStart === "PublishedVersions" && fn.version !== undefined
      ? { keptAs: "snap-start" as const }
      : {}),
  };
}
