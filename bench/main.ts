/**
 * Measures the engine against a bare `node:http` server, in the same run on the same machine.
 *
 * `npm run bench` prints ratios to that floor; `--seconds N` sets the length of each run, `--json`
 * prints the figures as data, `--only` and one of messaging, dynamodb, states, kinesis, functions
 * or s3 measures that alone, `--object 1024` streams an object of that many MiB, `--load 1000000`
 * fills a DynamoDB table, `--functions 1000` deploys that many functions and calls each once,
 * `--items 100000` runs a distributed Map over so many lines in S3.
 * Nothing here asserts: figures are for docs/performance.md.
 */
import { parseArgs } from "node:util";
import { DYNAMODB_CASES, measureLoad, measureScan } from "./dynamodb-cases.ts";
import { type Running, residentMiB, startEngine, startFloor } from "./engine.ts";
import {
  deployFunctions,
  INVOKE_CASES,
  measureAsync,
  measureColdStarts,
  measureDrain,
  measureInvokes,
} from "./function-cases.ts";
import { KINESIS_CASES, measureKinesisDrain, measureKinesisMapping } from "./kinesis-cases.ts";
import { type Measured, measure } from "./load.ts";
import { measureMany } from "./many-functions.ts";
import { measureMapRun } from "./map-run-cases.ts";
import { MESSAGING_CASES, measureBacklog, measureReceives } from "./messaging-cases.ts";
import { type PreparedLoad, REQUEST_CASES, type RequestCase } from "./request-cases.ts";
import { measureRules } from "./rules-cases.ts";
import { measureLargeObject, measureObjects } from "./s3-cases.ts";
import { measureScheduler } from "./scheduler-cases.ts";
import { measureExpress, measureMap, measureStandard, measureWaiting } from "./states-cases.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "1,32,128" },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    /** Messages of the longest backlog. */
    backlog: { type: "string", default: "100000" },
    /** How many executions wait at once. */
    executions: { type: "string", default: "10000" },
    /** Fills a DynamoDB table with that many items of 1 KiB. */
    load: { type: "string" },
    /** Runs a Map state in distributed mode over so many lines of a file in S3. */
    items: { type: "string" },
    /** Streams one object of that many MiB into S3 and out of it. */
    object: { type: "string" },
    /** Deploys that many functions and calls each once. */
    functions: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const connectionCounts = options.connections.split(",").map(Number);
const results: Record<string, unknown> = {};

const floor = await startFloor();
const engine = await startEngine();
try {
  await measureIdle(engine);
  if (options.only === undefined) {
    await measureCases(REQUEST_CASES);
    await measureRuleCounts();
  }
  if (options.only === undefined || options.only === "functions") {
    await measureFunctions();
  }
  if (options.only === undefined || options.only === "dynamodb") {
    await measureDynamoDb();
  }
  if (options.only === undefined || options.only === "messaging") {
    await measureMessaging();
  }
  if (options.only === undefined || options.only === "states") {
    await measureStates();
  }
  if (options.only === undefined || options.only === "kinesis") {
    await measureCases(KINESIS_CASES);
    report("Kinesis, 10,000 records", { ...(await measureKinesisDrain(engine.endpoint)) });
    report("Kinesis to Lambda, 10,000 records", {
      recordsPerSecond: await measureKinesisMapping(engine.endpoint),
    });
  }
  if (options.only === undefined || options.only === "s3") {
    await measureS3();
  }
} finally {
  await engine.stop();
  await floor.stop();
}
if (options.json) {
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

async function measureIdle(running: Running): Promise<void> {
  report("engine start to first answer", { ms: running.readyMs });
  report("idle memory", { residentMiB: residentMiB(running.pid) });
}

async function measureS3(): Promise<void> {
  await measureObjects(engine, { connections: connectionCounts, seconds }, report);
  if (options.object !== undefined) {
    const sizeMiB = Number(options.object);
    report(`S3, one object of ${sizeMiB} MiB`, { ...(await measureLargeObject(engine, sizeMiB)) });
  }
}

async function measureCases(cases: readonly RequestCase[]): Promise<void> {
  const loads = new Map<RequestCase, PreparedLoad>();
  for (const request of cases) {
    loads.set(request, await request.prepare(engine.endpoint));
  }
  for (const connections of connectionCounts) {
    await measureRequests(loads, connections);
  }
}

async function measureMessaging(): Promise<void> {
  await measureCases(MESSAGING_CASES);
  for (const connections of connectionCounts) {
    const figures = await measureReceives(engine.endpoint, { connections, seconds });
    report(`SQS receive and delete, ${connections} connections`, { ...figures });
  }
  const longest = Number(options.backlog);
  const firing = await measureScheduler(engine.endpoint);
  report("EventBridge Scheduler, 10,000 schedules due at once", { ...firing });
  for (const figures of await measureBacklog(engine, [longest / 100, longest / 10, longest])) {
    report(`SQS backlog of ${figures.messages.toLocaleString("en")}`, { ...figures });
  }
}

async function measureDynamoDb(): Promise<void> {
  await measureCases(DYNAMODB_CASES);
  report("DynamoDB Scan of 100,000 items", await measureScan(engine.endpoint));
  if (options.load !== undefined) {
    const figures = await measureLoad(engine, Number(options.load));
    report(`DynamoDB load of ${Number(options.load).toLocaleString("en")} items`, figures);
  }
}

async function measureStates(): Promise<void> {
  if (options.items !== undefined) {
    await measureMapRuns(Number(options.items));
    return;
  }
  for (const connections of connectionCounts) {
    const figures = await measureExpress(engine.endpoint, { connections, seconds });
    report(`StartSyncExecution, 10 Pass, ${connections} connections`, { ...figures });
  }
  const standard = await measureStandard(engine.endpoint);
  report("Standard executions, 10 Pass", { ...standard });
  report("Map of 10,000 items, Express", { ...(await measureMap(engine.endpoint)) });
  const executions = Number(options.executions);
  const waiting = await measureWaiting({ ...standard, executions });
  report(`${executions.toLocaleString("en")} executions in Wait`, { ...waiting });
}

async function measureMapRuns(items: number): Promise<void> {
  for (const format of ["CSV", "JSONL"] as const) {
    for (const type of ["EXPRESS", "STANDARD"] as const) {
      const figures = await measureMapRun(engine, { items, format, type });
      const count = items.toLocaleString("en");
      report(`distributed Map, ${count} lines of ${format}, ${type}`, { ...figures });
    }
  }
}

async function measureRequests(
  loads: ReadonlyMap<RequestCase, PreparedLoad>,
  connections: number,
): Promise<void> {
  const body = JSON.stringify({ padding: "x".repeat(200) });
  const headers = { "content-type": "application/json" };
  const bare = await measure({ url: floor.endpoint, headers, body, connections, seconds });
  report(`floor, ${connections} connections`, { ...bare });
  for (const [request, load] of loads) {
    const measured = await measure({ ...load, connections, seconds });
    report(`${request.name}, ${connections} connections`, {
      ...measured,
      toFloor: measured.requestsPerSecond / bare.requestsPerSecond,
      ...(connections === 32 && request.aim !== undefined ? { aim: request.aim } : {}),
    });
  }
}

async function measureFunctions(): Promise<void> {
  const apiId = await deployFunctions(engine.endpoint);
  report("Lambda invoke", { ...(await measureInvokes(engine.endpoint)) });
  report("Lambda cold start, init phase", await measureColdStarts(engine.endpoint));
  await measureCases(INVOKE_CASES);
  const later = await measureAsync(engine.endpoint);
  report("Lambda Invoke, 5,000 asynchronous", { ...later });
  const api: Measured = await measure({
    url: `${engine.endpoint}/_api/${apiId}/echo`,
    headers: { "content-type": "application/json" },
    body: "{}",
    connections: 8,
    seconds,
  });
  report("HTTP API to Lambda, 8 connections", { ...api });
  report("SQS to Lambda, 10,000 messages", {
    messagesPerSecond: await measureDrain(engine.endpoint),
  });
  if (options.functions !== undefined) {
    const figures = await measureMany(engine, Number(options.functions));
    report(`${Number(options.functions).toLocaleString("en")} functions, each called once`, {
      ...figures,
    });
  }
  report("memory after all", { residentMiB: residentMiB(engine.pid) });
}

async function measureRuleCounts(): Promise<void> {
  for (const [kind, times] of await measureRules()) {
    report(`PutEvents on 10 and 100,000 rules, ${kind}`, { ...times });
  }
}

function report(name: string, figures: Readonly<Record<string, number>>): void {
  results[name] = figures;
  const text = Object.entries(figures)
    .map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`)
    .join("  ");
  process.stderr.write(`${name.padEnd(40)} ${text}\n`);
}
