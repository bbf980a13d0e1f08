/** Talks to the admin API of a running engine. */
import { EXIT_FAILURE, EXIT_NO_ENGINE, OperatorError } from "../base/operator-error.ts";

export const DEFAULT_PORT = 4566;

/** `MILLRACE_ENDPOINT`, or the default port of this machine. */
export function engineEndpoint(): string {
  const given = process.env["MILLRACE_ENDPOINT"] || `http://127.0.0.1:${DEFAULT_PORT}`;
  return given.replace(/\/$/, "");
}

/** Emptying an engine ends its functions first. */
const ANSWER_MS_MAX = 60_000;
/** What listens and says nothing is no engine. */
const PROBE_MS_MAX = 2_000;

/** The JSON answer of `METHOD /_millrace/...`. */
export async function callEngine(
  endpoint: string,
  method: "GET" | "POST",
  path: string,
  timeoutMs: number = ANSWER_MS_MAX,
): Promise<unknown> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    response = await fetch(`${endpoint}/_millrace${path}`, { method, signal });
  } catch {
    throw noEngine(endpoint);
  }
  if (!response.ok) {
    throw new OperatorError({
      what: `The engine at ${endpoint} refused ${method} /_millrace${path}.`,
      why: `It answered ${response.status}: ${(await response.text()).trim()}`,
      fix: "Check that the engine and this command have the same version (`millrace doctor`).",
      exitCode: EXIT_FAILURE,
    });
  }
  return response.json();
}

export interface EngineHealth {
  readonly version: string;
}

/** `undefined` when nothing that is a Millrace answers. */
export async function probeEngine(endpoint: string): Promise<EngineHealth | undefined> {
  try {
    const health = (await callEngine(
      endpoint,
      "GET",
      "/health",
      PROBE_MS_MAX,
    )) as Partial<EngineHealth>;
    return health.version === undefined ? undefined : { version: health.version };
  } catch {
    return undefined;
  }
}

/** Throws an `OperatorError` when no engine answers. */
export async function runningEngine(): Promise<string> {
  const endpoint = engineEndpoint();
  if ((await probeEngine(endpoint)) === undefined) {
    throw noEngine(endpoint);
  }
  return endpoint;
}

export function noEngine(endpoint: string): OperatorError {
  return new OperatorError({
    what: `No engine answers at ${endpoint}.`,
    why: "It is not running, or it listens elsewhere.",
    fix: "Start one with `millrace dev` or `millrace start`, or set MILLRACE_ENDPOINT.",
    exitCode: EXIT_NO_ENGINE,
  });
}
