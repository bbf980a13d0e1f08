/**
 * The composition root: one running engine, from a data folder to a listening port.
 *
 * The port is taken first: while a run is being opened, requests wait for it. What a run is made of
 * stands in `run.ts`.
 */
import path from "node:path";
import type { LogReceiver } from "../functions/function-host.ts";
import { listen, type Server } from "../gateway/server.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { type Clock, createSystemClock } from "../platform/clock.ts";
import { type Faults, noFaults } from "../platform/faults.ts";
import { createConsoleLog, type Log } from "../platform/log.ts";
import { createSystemRandom, type Random } from "../platform/random.ts";
import type { Durability } from "../store/store.ts";
import { removeData } from "./data.ts";
import { portUnusable } from "./port-error.ts";
import { type FunctionSettings, openRun, type Run } from "./run.ts";

export interface CloudOptions {
  /** Where everything is kept. With the durability `memory` only unpacked code lies there. */
  readonly directory: string;
  readonly durability?: Durability;
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Host names, beside loopback and IP addresses, under which the engine is reached. */
  readonly allowedHosts?: readonly string[];
  /** Key and certificate, as PEM: the port then answers TLS as well. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  /** Failures on demand; none by default. See `AwsOptions.faults` for the places. */
  readonly faults?: Faults;
  /** Sees the log lines of functions, beside CloudWatch Logs. */
  readonly onFunctionLog?: LogReceiver | undefined;
  /** Interpreters of runtimes, functions to debug, sandboxes. */
  readonly functions?: FunctionSettings;
  /**
   * Container images for functions: names as in `ImageUri` (with or without registry and tag) to
   * the places where they lie, OCI image layouts or archives, behind a `#` the tag.
   */
  readonly images?: Readonly<Record<string, string>>;
  /**
   * Layer versions of other accounts, which cannot be fetched: their ARNs to the places where they
   * lie, folders or zip archives of what is to lie in `/opt`.
   */
  readonly layers?: Readonly<Record<string, string>>;
  /** Called when a reset is done and the engine is empty. */
  readonly onReset?: (() => void) | undefined;
}

export interface Cloud {
  /** `http://127.0.0.1:4566`: what clients are given. */
  readonly endpoint: string;
  readonly port: number;
  /** Calls made during a reset are answered after it. */
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Forgets everything: ends the functions, removes the data, and goes on empty. */
  reset(): Promise<void>;
  /** Resolves once everything acknowledged is on disk and every process has ended. */
  close(): Promise<void>;
}

/** How long requests under way may go on when the engine stops. */
const CLOSE_GRACE_MS = 2_000;

/** Throws an `OperatorError` when the port or the data folder cannot be used. */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const clock = options.clock ?? createSystemClock();
  const random = options.random ?? createSystemRandom();
  const log = options.log ?? createConsoleLog({ level: "warn" });
  const directory = path.resolve(options.directory);
  let current: Run | undefined;
  let opening: Promise<Run>;
  const server = await listenOrExplain({
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    ...(options.tls && { tls: options.tls }),
    clock,
    random,
    log,
    answer: (exchange) => current?.answer(exchange) ?? opening.then((run) => run.answer(exchange)),
  });
  const endpoint = `http://${urlHost(options.host)}:${server.port}`;

  const open = async (): Promise<Run> => {
    current = await openRun({
      directory,
      durability: options.durability ?? "durable",
      endpoint,
      clock,
      random,
      log,
      allowedHosts: options.allowedHosts ?? [],
      faults: options.faults ?? noFaults,
      onFunctionLog: options.onFunctionLog,
      functions: options.functions ?? {},
      images: absolutePlaces(options.images ?? {}),
      layers: absolutePlaces(options.layers ?? {}),
      reset: () => reset(),
    });
    return current;
  };
  const reset = async (): Promise<void> => {
    if (current !== undefined) {
      const ending = current.close(Promise.resolve());
      current = undefined;
      opening = ending.then(() => removeData(directory)).then(open);
      opening.then(options.onReset, () => undefined);
    }
    await opening;
  };

  opening = open();
  try {
    await opening;
  } catch (error) {
    await server.close(0);
    throw error;
  }
  const callByName: Dispatcher["callByName"] = async (...call) =>
    (current ?? (await opening)).dispatcher.callByName(...call);
  return {
    endpoint,
    port: server.port,
    dispatcher: { callByName, call: callByName as Dispatcher["call"] },
    clock,
    reset,
    close: async () => (await opening).close(server.close(CLOSE_GRACE_MS)),
  };
}

async function listenOrExplain(options: Parameters<typeof listen>[0]): Promise<Server> {
  try {
    return await listen(options);
  } catch (error) {
    throw portUnusable(error, options);
  }
}

/** An address that listens on every interface is reached by loopback from here. */
function urlHost(host: string | undefined): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") {
    return "127.0.0.1";
  }
  return host.includes(":") ? `[${host}]` : host;
}

function absolutePlaces(
  places: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(places).map(([name, place]) => [name, path.resolve(place)]),
  );
}
