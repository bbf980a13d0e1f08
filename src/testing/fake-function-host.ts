/** A function host whose functions are scripted: for unit tests of what invokes functions. */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import type {
  FunctionHost,
  FunctionSpec,
  Invocation,
  InvocationResult,
} from "../functions/function-host.ts";

/** What a scripted function does with an event; a throw is a failure of the function. */
export type Script = (event: unknown, invocation: Invocation) => unknown;

export interface FakeFunctionHost extends FunctionHost {
  /** Every invocation so far, in order. */
  readonly calls: readonly { readonly spec: FunctionSpec; readonly invocation: Invocation }[];
  /** Functions that were retired, by ARN, in order. */
  readonly retired: readonly string[];
  /** What was asked to be kept initialised last, by the ARN of the version. */
  readonly kept: ReadonlyMap<string, { readonly spec: FunctionSpec; readonly count: number }>;
  /** How many invocations of a function run now, and ran at once at most. */
  readonly running: { now: number; max: number };
  /** By function name. One without a script returns `null`. */
  script(name: string, script: Script): void;
  /** The host itself cannot run anything while this says why. */
  breakDown(reason: string | Error | undefined): void;
}

export function createFakeFunctionHost(): FakeFunctionHost {
  const scripts = new Map<string, Script>();
  const calls: { spec: FunctionSpec; invocation: Invocation }[] = [];
  const retired: string[] = [];
  const kept = new Map<string, { spec: FunctionSpec; count: number }>();
  const running = { now: 0, max: 0 };
  let broken: Error | undefined;
  return {
    environmentsMax: Number.POSITIVE_INFINITY,
    calls,
    retired,
    kept,
    running,
    script: (name, script) => void scripts.set(name, script),
    breakDown(reason) {
      broken = typeof reason === "string" ? new Error(reason) : reason;
    },
    async invoke(spec, invocation) {
      if (broken !== undefined) {
        throw broken;
      }
      calls.push({ spec, invocation });
      running.now += 1;
      running.max = Math.max(running.max, running.now);
      try {
        return await run(scripts.get(spec.name), spec, invocation);
      } finally {
        running.now -= 1;
      }
    },
    async keep(spec, count) {
      kept.set(spec.arn, { spec, count });
      if (broken !== undefined) {
        throw broken;
      }
      return { readyCount: count };
    },
    prepare: () => {},
    retire: (arn) => void retired.push(arn),
    runtimes: async () => [],
    segments: () => [],
    close: async () => {},
  };
}

async function run(
  script: Script | undefined,
  spec: FunctionSpec,
  invocation: Invocation,
): Promise<InvocationResult> {
  const around = {
    logTail: `START RequestId: ${invocation.requestId} Version: $LATEST\n`,
    logStream: "2026/01/01/[$LATEST]00000000000000000000000000000000",
    report: {
      durationMs: 1,
      billedDurationMs: 1,
      memoryMb: spec.memoryMb,
      memoryUsedMaxMb: 1,
    },
  };
  const succeeded = { ...around, report: { ...around.report, status: "success" as const } };
  try {
    const result = await script?.(JSON.parse(utf8Decode(invocation.payload)), invocation);
    return { ...succeeded, payload: utf8Encode(JSON.stringify(result ?? null)) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const payload = { errorType: name, errorMessage: message, trace: [] };
    return {
      ...around,
      report: { ...around.report, status: "error", errorType: name },
      payload: utf8Encode(JSON.stringify(payload)),
      functionError: "Unhandled",
    };
  }
}
