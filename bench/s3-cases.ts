/** What S3 costs: objects of 64 KiB put and got, and one of a gibibyte streamed in and out. */
import { once } from "node:events";
import http from "node:http";
import autocannon from "autocannon";
import { anonymousMiB, type Running, residentMiB, startFloor } from "./engine.ts";
import type { Measured } from "./load.ts";

const SMALL_BYTES = 64 * 1024;
const MIB = 1024 ** 2;
const KEYS = 1_000;
const BUCKET = "bench";
const SAMPLE_EVERY_MS = 50;

/** A bare server that reads what it is put and answers as much as an object has. */
const FLOOR = `
const http = require("node:http");
const object = Buffer.alloc(${SMALL_BYTES}, "x");
const server = http.createServer((request, response) => {
  request.on("data", () => {});
  request.on("end", () => {
    response.writeHead(200, { "content-type": "binary/octet-stream" });
    response.end(request.method === "GET" ? object : "");
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

export interface S3Options {
  readonly connections: readonly number[];
  readonly seconds: number;
}

type Report = (name: string, figures: Readonly<Record<string, number>>) => void;

/** Objects of 64 KiB, each request another one of a thousand keys, against a floor of their own. */
export async function measureObjects(
  { endpoint }: Running,
  { connections, seconds }: S3Options,
  report: Report,
): Promise<void> {
  await createBucket(endpoint);
  const floor = await startFloor(FLOOR);
  try {
    for (const method of ["PUT", "GET"] as const) {
      for (const count of connections) {
        const load = { method, connections: count, seconds };
        const bare = await measureObject(floor.endpoint, load);
        report(`floor, ${method} of 64 KiB, ${count} connections`, { ...bare });
        const measured = await measureObject(endpoint, load);
        report(`S3 ${method} of 64 KiB, ${count} connections`, {
          ...measured,
          toFloor: measured.requestsPerSecond / bare.requestsPerSecond,
        });
      }
    }
  } finally {
    await floor.stop();
  }
}

async function createBucket(endpoint: string): Promise<void> {
  const response = await fetch(`${endpoint}/${BUCKET}`, { method: "PUT" });
  if (!response.ok) {
    throw new Error(`no bucket: ${await response.text()}`);
  }
}

interface ObjectLoad {
  readonly method: "PUT" | "GET";
  readonly connections: number;
  readonly seconds: number;
}

async function measureObject(endpoint: string, load: ObjectLoad): Promise<Measured> {
  const body = load.method === "PUT" ? Buffer.alloc(SMALL_BYTES, "x") : undefined;
  let at = 0;
  const nextPath = (): string => {
    at = (at + 1) % KEYS;
    return `/${BUCKET}/key${at}`;
  };
  if (load.method === "GET") {
    await fillKeys(endpoint);
  }
  const result = await autocannon({
    url: endpoint,
    connections: load.connections,
    duration: load.seconds,
    requests: [
      {
        method: load.method,
        ...(body && { body }),
        setupRequest: (request) => ({ ...request, path: nextPath() }),
      },
    ],
  });
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}

async function fillKeys(endpoint: string): Promise<void> {
  const body = Buffer.alloc(SMALL_BYTES, "x");
  for (let at = 0; at < KEYS; at += 1) {
    const response = await fetch(`${endpoint}/${BUCKET}/key${at}`, { method: "PUT", body });
    await response.arrayBuffer();
  }
}

/** One object of so many MiB, streamed in and out; what memory the engine takes meanwhile. */
export async function measureLargeObject(
  engine: Running,
  sizeMiB: number,
): Promise<Readonly<Record<string, number>>> {
  const before = { anonymousMiB: anonymousMiB(engine.pid), residentMiB: residentMiB(engine.pid) };
  const path = `/${BUCKET}/large`;
  const put = await timed(engine, () => putLarge(engine.endpoint, path, sizeMiB));
  const get = await timed(engine, () => getLarge(engine.endpoint, path, sizeMiB));
  return {
    putMiBPerSecond: sizeMiB / put.seconds,
    getMiBPerSecond: sizeMiB / get.seconds,
    residentBeforeMiB: before.residentMiB,
    residentPeakMiB: Math.max(put.residentMiB, get.residentMiB),
    anonymousBeforeMiB: before.anonymousMiB,
    anonymousPeakMiB: Math.max(put.anonymousMiB, get.anonymousMiB),
  };
}

interface Timed {
  readonly seconds: number;
  readonly residentMiB: number;
  readonly anonymousMiB: number;
}

async function timed({ pid }: Running, act: () => Promise<void>): Promise<Timed> {
  let peak = { residentMiB: 0, anonymousMiB: 0 };
  const sample = setInterval(() => {
    peak = {
      residentMiB: Math.max(peak.residentMiB, residentMiB(pid)),
      anonymousMiB: Math.max(peak.anonymousMiB, anonymousMiB(pid)),
    };
  }, SAMPLE_EVERY_MS);
  const started = performance.now();
  try {
    await act();
  } finally {
    clearInterval(sample);
  }
  return { seconds: (performance.now() - started) / 1000, ...peak };
}

async function putLarge(endpoint: string, path: string, sizeMiB: number): Promise<void> {
  const headers = { "content-length": sizeMiB * MIB };
  const request = http.request(`${endpoint}${path}`, { method: "PUT", headers });
  const answered = once(request, "response") as Promise<[http.IncomingMessage]>;
  const chunk = Buffer.alloc(MIB, "x");
  for (let sent = 0; sent < sizeMiB; sent += 1) {
    if (!request.write(chunk)) {
      await once(request, "drain");
    }
  }
  request.end();
  const [response] = await answered;
  response.resume();
  await once(response, "end");
  if (response.statusCode !== 200) {
    throw new Error(`the object was answered with ${response.statusCode}`);
  }
}

async function getLarge(endpoint: string, path: string, sizeMiB: number): Promise<void> {
  const request = http.get(`${endpoint}${path}`);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let sizeBytes = 0;
  for await (const chunk of response) {
    sizeBytes += (chunk as Buffer).length;
  }
  if (sizeBytes !== sizeMiB * MIB) {
    throw new Error(`${sizeBytes} bytes came back`);
  }
}
