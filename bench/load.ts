/** Puts load on an endpoint and counts. */
import autocannon from "autocannon";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | (() => string);
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx, and failed connections. */
  readonly failures: number;
}

/** Not measured: code is compiled, and processes are started, as long as a server is new. */
const WARM_UP_SECONDS = 2;

export async function measure(load: Load): Promise<Measured> {
  await run(load, WARM_UP_SECONDS);
  const result = await run(load, load.seconds);
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}

async function run(load: Load, seconds: number): Promise<autocannon.Result> {
  const { body } = load;
  return autocannon({
    url: load.url,
    method: "POST",
    headers: load.headers,
    connections: load.connections,
    duration: seconds,
    ...(typeof body === "string"
      ? { body }
      : {
          requests: [{ method: "POST", setupRequest: (request) => ({ ...request, body: body() }) }],
        }),
  });
}

/** Sends exactly so many requests, and returns how many a second were answered. */
export async function sendAll(
  load: Omit<Load, "seconds"> & { readonly count: number },
): Promise<number> {
  const { url, headers, body, connections, count: amount } = load;
  const started = performance.now();
  const options = { url, method: "POST", headers, connections, amount } as const;
  const result = await autocannon({ ...options, body: typeof body === "string" ? body : body() });
  if (result["2xx"] !== amount) {
    throw new Error(`only ${result["2xx"]} of ${amount} requests succeeded`);
  }
  return amount / ((performance.now() - started) / 1_000);
}

const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/SERVICE/aws4_request";

export function jsonHeaders(service: string, target: string): Readonly<Record<string, string>> {
  return {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": target,
    authorization: `${AUTHORIZATION.replace("SERVICE", service)}, SignedHeaders=host, Signature=0`,
  };
}

/** One call of an operation of the JSON protocol, for setting things up. */
export async function callJson(
  endpoint: string,
  service: string,
  target: string,
  input: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: jsonHeaders(service, target),
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${target}: ${response.status} ${text}`);
  }
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
