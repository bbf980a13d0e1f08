/**
 * What a service is to the rest of the engine.
 *
 * `operations` is the only list of what is supported: the gateway answers 501 for every operation
 * of the model that is not in it, and the support tables are generated from it.
 */

import type { Gauges } from "../outbox/metrics.ts";
import type { Sink } from "../outbox/sink.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import type { Store, Timer, WriteTx } from "../store/store.ts";
import type { ServiceName } from "../wire/model.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";

/** What every service gets. A service that needs more extends it. */
export interface CorePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The request an operation answers: who, where, when. */
export interface RequestContext {
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  /** The one reading of the clock of this request, in ms since the Unix epoch. */
  readonly nowMs: number;
  /** The engine as this caller addresses it, without a slash: `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Fires when the caller has gone away or the engine stops. */
  readonly abort: AbortSignal;
  /** `X-Amzn-Trace-Id` of the request. */
  readonly trace: string | undefined;
  /** As the request was signed; `undefined` for unsigned requests and calls inside the engine. */
  readonly accessKeyId: string | undefined;
}

/** An operation of service `S`: `(ctx, input) => output`, with AWS's shapes and errors. */
export type Operation<Ports, S extends ServiceName, O extends OperationName<S>> = (
  ctx: RequestContext & Ports,
  input: Input<S, O>,
) => Promise<Output<S, O>>;

/** The operations of `S` that exist. */
export type Operations<Ports, S extends ServiceName> = {
  readonly [O in OperationName<S>]?: Operation<Ports, S, O>;
};

/** Runs in the transaction that also removes the timer's row. */
export type TimerHandler = (tx: WriteTx, timer: Timer) => void;

export interface Service {
  readonly name: ServiceName;
  readonly operations: Readonly<Record<string, BoundOperation>>;
  /** Present when the service can be a target. */
  readonly sink?: Sink;
  /** What CloudWatch reads once a minute, by namespace. */
  readonly gauges?: Gauges;
  /** By timer kind; kinds start with the service's name and a dot. */
  readonly timers?: Readonly<Record<string, TimerHandler>>;
}

export type BoundOperation = (request: RequestContext, input: unknown) => Promise<unknown>;

/**
 * Gives every operation of a table its ports.
 *
 * One class a service, with the ports on its prototype: making a context is one allocation, and
 * `abort`, which few operations look at, is read from the request only when asked for.
 */
export function bindOperations<Ports extends object, S extends ServiceName>(
  ports: Ports,
  operations: Operations<Ports, S>,
): Readonly<Record<string, BoundOperation>> {
  const Context = contextClass(ports);
  const bound: Record<string, BoundOperation> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const run = operation as (ctx: RequestContext, input: unknown) => Promise<unknown>;
    bound[name] = (request, input) => run(new Context(request), input);
  }
  return bound;
}

function contextClass(ports: object): new (request: RequestContext) => RequestContext {
  class Context implements RequestContext {
    readonly accountId: string;
    readonly region: string;
    readonly requestId: string;
    readonly nowMs: number;
    readonly endpoint: string;
    readonly trace: string | undefined;
    readonly accessKeyId: string | undefined;
    readonly #request: RequestContext;

    constructor(request: RequestContext) {
      this.accountId = request.accountId;
      this.region = request.region;
      this.requestId = request.requestId;
      this.nowMs = request.nowMs;
      this.endpoint = request.endpoint;
      this.trace = request.trace;
      this.accessKeyId = request.accessKeyId;
      this.#request = request;
    }

    get abort(): AbortSignal {
      return this.#request.abort;
    }
  }
  Object.assign(Context.prototype, ports);
  return Context;
}
