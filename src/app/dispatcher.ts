/** Calls operations in process: the same table, the same checks, the same errors as over HTTP. */
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { Journal } from "../outbox/journal.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { RequestContext, Service } from "../services/service.ts";
import { AwsError, notSupported } from "../wire/aws-error.ts";
import { checkInput } from "../wire/check.ts";
import { loadModel } from "../wire/models.ts";

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  /** Filled while the engine is wired; read at each call. */
  readonly services: ReadonlyMap<string, Service>;
  /** The engine's own address. */
  readonly endpoint: string;
}

const NEVER = new AbortController().signal;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const callByName = async (
    caller: Caller,
    service: string,
    operation: string,
    input: unknown,
  ): Promise<unknown> => {
    const known = options.services.get(service);
    const run = known?.operations[operation];
    if (known === undefined || run === undefined) {
      throw notSupported(`${service}:${operation}`);
    }
    const request = requestOf(caller);
    try {
      checkInput(loadModel(known.name), operation, input);
      const output = await run(request, input);
      note(request, `${service}:${operation}`, "ok");
      return output;
    } catch (error) {
      note(request, `${service}:${operation}`, error instanceof AwsError ? error.code : "failed");
      throw error;
    }
  };

  /** Looks that found what they looked for cause nothing; pollers make thousands of them. */
  const isLook = (target: string): boolean => /:(Describe|Get|Head|List|Receive)/.test(target);

  const note = (request: RequestContext, target: string, outcome: string): void => {
    if (outcome === "ok" && isLook(target)) {
      return;
    }
    const { requestId, trace } = request;
    const atMs = options.clock.nowMs();
    const durationMs = atMs - request.nowMs;
    options.journal.note({ atMs, kind: "call", target, outcome, requestId, trace, durationMs });
  };

  const requestOf = (caller: Caller): RequestContext => ({
    accountId: caller.accountId,
    region: caller.region,
    requestId: caller.requestId ?? options.random.uuid(),
    nowMs: options.clock.nowMs(),
    endpoint: options.endpoint,
    abort: caller.abort ?? NEVER,
    trace: caller.trace,
    accessKeyId: undefined,
  });

  return { callByName, call: callByName as Dispatcher["call"] };
}
