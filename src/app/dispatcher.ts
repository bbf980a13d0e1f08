/** Calls operations in process: the same table, the same checks, the same errors as over HTTP. */
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { RequestContext, Service } from "../services/service.ts";
import { notSupported } from "../wire/aws-error.ts";
import { checkInput } from "../wire/check.ts";
import { loadModel } from "../wire/models.ts";

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly random: Random;
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
    checkInput(loadModel(known.name), operation, input);
    return run(requestOf(caller), input);
  };

  const requestOf = (caller: Caller): RequestContext => ({
    accountId: caller.accountId,
    region: caller.region,
    requestId: options.random.uuid(),
    nowMs: options.clock.nowMs(),
    endpoint: options.endpoint,
    abort: caller.abort ?? NEVER,
    trace: caller.trace,
    accessKeyId: undefined,
  });

  return { callByName, call: callByName as Dispatcher["call"] };
}
