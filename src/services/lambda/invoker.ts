/** Runs a function once, whoever asked: the one place that knows of concurrency and packages. */
import type { CodeStore } from "../../functions/code-store.ts";
import type {
  FunctionHost,
  FunctionSpec,
  InvocationResult,
} from "../../functions/function-host.ts";
import type { Random } from "../../platform/random.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { ReadTx } from "../../store/store.ts";
import { createConcurrencyGate } from "./concurrency-gate.ts";
import { rateExceeded, type ThrottleReason } from "./errors.ts";
import { existingFunction, type FunctionCode, type LambdaFunction } from "./function.ts";
import { type FunctionReference, functionArn, LATEST, qualifiedArn } from "./function-name.ts";
import { reservedTotals } from "./keys.ts";
import { hexHash } from "./package.ts";

/** What must be read to invoke a function. */
export interface Invocable {
  readonly fn: LambdaFunction;
  /** What all functions of its account and region reserve. */
  readonly reservedInAll: number;
}

export interface Call {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly qualifier: string | undefined;
  readonly nowMs: number;
  readonly trace: string | undefined;
  readonly clientContext?: string | undefined;
}

export type CallResult =
  | (InvocationResult & { readonly throttled?: undefined })
  | { readonly throttled: ThrottleReason };

export interface Invoker {
  /** Failures of the function and throttling are results; rejects when the host cannot run it. */
  call(invocable: Invocable, call: Call): Promise<CallResult>;
  /** The package is gone from the function: its environments end once idle. */
  retire(fn: LambdaFunction): void;
}

export function loadInvocable(tx: ReadTx, reference: FunctionReference): Invocable {
  const fn = existingFunction(tx, reference);
  const reservedInAll = reservedTotals.get(tx, [fn.region, fn.accountId]) ?? 0;
  return { fn, reservedInAll };
}

export function unthrottled(result: CallResult): InvocationResult {
  if (result.throttled !== undefined) {
    throw rateExceeded(result.throttled);
  }
  return result;
}

/** Specs of functions that ran lately. A spec is a few hundred bytes. */
const SPECS_MAX = 2_000;

interface PreparedSpec {
  readonly revision: string;
  readonly blobId: string;
  readonly directory: Promise<string>;
  readonly spec: Promise<FunctionSpec>;
}

export function createInvoker(ports: {
  readonly functions: FunctionHost;
  readonly blobs: Blobs;
  readonly codeStore: CodeStore;
  readonly random: Random;
}): Invoker {
  const gate = createConcurrencyGate();
  /** By ARN; one of an older revision is replaced. */
  const specs = new Map<string, PreparedSpec>();

  const unpack = async ({ blobId, sha256 }: FunctionCode): Promise<string> =>
    ports.codeStore.unpack(hexHash({ sha256 }), await ports.blobs.readAll(blobId));

  const specFor = (fn: LambdaFunction): Promise<FunctionSpec> => {
    const arn = functionArn(fn);
    const known = specs.get(arn);
    if (known?.revision === fn.revisionId) {
      return known.spec;
    }
    const directory = known?.blobId === fn.code.blobId ? known.directory : unpack(fn.code);
    const spec = directory.then((path) => specOf(fn, arn, path));
    const prepared = { revision: fn.revisionId, blobId: fn.code.blobId, directory, spec };
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
  };

  return {
    async call({ fn, reservedInAll }, call) {
      const entrance = gate.enter(fn, reservedInAll);
      if (entrance.throttled !== undefined) {
        return entrance;
      }
      try {
        return await ports.functions.invoke(await specFor(fn), {
          requestId: call.requestId,
          payload: call.payload,
          invokedArn: qualifiedArn(fn, call.qualifier),
          clientContext: call.clientContext,
          trace: call.trace ?? newTrace(ports.random, fn, call.nowMs),
        });
      } finally {
        entrance.leave();
      }
    },
    retire(fn) {
      const arn = functionArn(fn);
      specs.delete(arn);
      ports.functions.retire(arn);
    },
  };
}

function specOf(fn: LambdaFunction, arn: string, codeDirectory: string): FunctionSpec {
  const { logging } = fn;
  return {
    arn,
    name: fn.name,
    version: LATEST,
    accountId: fn.accountId,
    region: fn.region,
    runtime: fn.runtime,
    handler: fn.handler,
    codeDirectory,
    layerDirectories: [],
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
  };
}

/**
 * The trace of an invocation that came with none: sampled when the function traces by itself.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
function newTrace(random: Random, fn: LambdaFunction, nowMs: number): string {
  const hex = Buffer.from(random.bytes(20)).toString("hex");
  const seconds = Math.floor(nowMs / 1_000).toString(16);
  const sampled = fn.tracing === "Active" ? 1 : 0;
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(24)};Sampled=${sampled}`;
}
