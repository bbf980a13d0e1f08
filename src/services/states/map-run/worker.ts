/**
 * Does the work of map runs, in three stages, each of which goes on after a crash.
 *
 * | stage   | what is done                                                                          |
 * |---------|---------------------------------------------------------------------------------------|
 * | reading | items become rows, one for each execution there is to be                              |
 * | running | executions begin, as many at once as may be; each that ends lets others begin         |
 * | ending  | what still runs is stopped, results are gathered or written, the Map state is told     |
 * | redriving | of a run that goes on, executions that did not succeed are found: then as `running`  |
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
import { createHash } from "node:crypto";
import { DataError } from "../../../languages/asl/data/data-error.ts";
import type { Json } from "../../../languages/asl/data/scope.ts";
import { Batcher } from "../../../languages/asl/run/batcher.ts";
import type { Failure, MapRunSettings } from "../../../languages/asl/run/execution.ts";
import { batchedInput, selectedItem } from "../../../languages/asl/run/map-run.ts";
import { NEW_EXECUTION } from "../../../languages/asl/run/new-execution.ts";
import { Payload } from "../../../languages/asl/run/payload.ts";
import { type Job, type JobKind, jobKey } from "../../../outbox/job.ts";
import type { WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { addExpress } from "../express.ts";
import { addEvent } from "../jobs.ts";
import {
  executionKey,
  executions,
  mapRunItems,
  mapRunRedrives,
  mapRunResults,
  mapRunSettings,
  mapRuns,
  ownedKey,
} from "../keys.ts";
import { infoOf, type LoadedExecution, machineFor } from "../loaded-execution.ts";
import type { BoundStatesPorts } from "../ports.ts";
import { storeAndBegin } from "../start.ts";
import { endMapRun } from "./end.ts";
import { addMapJob, type MapJob } from "./job.ts";
import { withMoreStarted } from "./progress.ts";
import { itemsOfRun, type SourcedItem } from "./read-items.ts";
import {
  CONCURRENCY_MAX,
  type Counts,
  childId,
  type LoadedRun,
  type MapRunRecord,
  type RunItems,
} from "./record.ts";
import { prepareRedrive } from "./redrive.ts";

/** Rows written in one transaction, and executions begun in one. */
const ROWS_PER_WRITE = 500;
const STARTS_PER_WRITE = 100;
const DELIVERED = { kind: "delivered", detail: undefined } as const;

export function mapJobs(ports: BoundStatesPorts): JobKind<MapJob> {
  return {
    laneConcurrencyMax: 1,
    async attempt(job) {
      const { stage, uuid, execution } = job.body;
      const key = ownedKey(execution, uuid);
      const found = await ports.store.read((tx) => {
        const run = mapRuns.get(tx, key);
        const settings = mapRunSettings.get(tx, key);
        return run && settings && { run, settings };
      });
      if (found !== undefined && found.run.stage === stage) {
        await STAGES[stage](ports, job, found);
      }
      return DELIVERED;
    },
  };
}

type Stage = (ports: BoundStatesPorts, job: Job<MapJob>, loaded: LoadedRun) => Promise<void>;

const STAGES: Readonly<Record<MapJob["stage"], Stage>> = {
  reading: read,
  running: begin,
  ending: endMapRun,
  redriving: prepareRedrive,
};

/** Rows have the number of their execution, so that reading again writes the same. */
async function read(ports: BoundStatesPorts, job: Job<MapJob>, loaded: LoadedRun): Promise<void> {
  const { run, settings } = loaded;
  const { accountId, region } = run.execution;
  const key = ownedKey(run.execution, run.uuid);
  const reading = { dispatcher: ports.dispatcher, caller: { accountId, region } };
  const parent = await ports.executor.load(run.execution);
  const select: Select = (item, index) => {
    const nowMs = ports.clock.nowMs();
    const { value, key: itemKey, source } = item;
    return parent === undefined
      ? value
      : selectedItem({ ...parent, nowMs }, run.threadId, { index, value, key: itemKey, source });
  };
  let rows: RunItems[] = [];
  let total = 0;
  let itemCount = 0;
  const flush = async (): Promise<void> => {
    const from = total - rows.length;
    const written = rows;
    rows = [];
    await ports.store.write((tx) => {
      written.forEach((row, index) => {
        mapRunItems.put(tx, [...key, from + index], row);
      });
    });
  };
  try {
    for await (const values of inputs(itemsOfRun(reading, settings), settings, select)) {
      const count = values.length;
      rows.push({ text: inputText(values, settings), count, firstIndex: itemCount });
      itemCount += count;
      total += 1;
      if (rows.length === ROWS_PER_WRITE) {
        await flush();
      }
    }
    await flush();
  } catch (error) {
    await failReading(ports, job, { run, error });
    return;
  }
  await ports.store.write((tx) => {
    tx.delete(jobKey(job));
    const now = mapRuns.get(tx, key);
    if (now?.stage === "reading") {
      mapRuns.put(tx, key, ready(tx, now, { total, itemCount }));
    }
  });
}

function inputText(values: readonly Json[], { batch }: MapRunSettings): string {
  return JSON.stringify(
    batch === undefined ? (values[0] ?? null) : batchedInput(values, batch.input),
  );
}

function ready(
  tx: WriteTx,
  run: MapRunRecord,
  { total, itemCount }: { readonly total: number; readonly itemCount: number },
): MapRunRecord {
  const counted: MapRunRecord = {
    ...run,
    total,
    stage: total === 0 ? "ending" : "running",
    executions: { ...run.executions, total },
    items: { ...run.items, total: itemCount },
  };
  if (total === 0) {
    addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "ending" });
    return counted;
  }
  return withMoreStarted(tx, counted);
}

async function failReading(
  ports: BoundStatesPorts,
  job: Job<MapJob>,
  { run, error }: { readonly run: MapRunRecord; readonly error: unknown },
): Promise<void> {
  if (
    !(error instanceof DataError) &&
    !(error instanceof AwsError) &&
    !(error instanceof SyntaxError)
  ) {
    throw error;
  }
  const name = error instanceof DataError ? error.name : "States.ItemReaderFailed";
  const failure: Failure = { error: name, cause: error.message };
  await ports.store.write((tx) => {
    tx.delete(jobKey(job));
    const now = mapRuns.get(tx, ownedKey(run.execution, run.uuid));
    if (now?.stage === "reading") {
      const ending = { ...now, stage: "ending", status: "FAILED", failure } as const;
      mapRuns.put(tx, ownedKey(run.execution, run.uuid), ending);
      addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "ending" });
    }
  });
}

/** What the selector of the Map state makes of an item. */
type Select = (item: SourcedItem, index: number) => Json | Promise<Json>;

/** Items as the executions get them: one by one, or together up to the limits of a batch. */
async function* inputs(
  items: AsyncIterable<SourcedItem>,
  { batch }: MapRunSettings,
  select: Select,
): AsyncGenerator<readonly Json[]> {
  const batcher = batch && new Batcher(batch);
  let index = 0;
  for await (const item of items) {
    const selected = select(item, index);
    const value = selected instanceof Promise ? await selected : selected;
    index += 1;
    const full = batcher === undefined ? [value] : batcher.add(value);
    if (full !== undefined) {
      yield full;
    }
  }
  const rest = batcher?.rest();
  if (rest !== undefined) {
    yield rest;
  }
}

async function begin(ports: BoundStatesPorts, job: Job<MapJob>, { run }: LoadedRun): Promise<void> {
  const parent = await ports.executor.load(run.execution);
  const key = ownedKey(run.execution, run.uuid);
  await ports.store.write((tx) => {
    tx.delete(jobKey(job));
    const now = mapRuns.get(tx, key);
    if (now?.stage !== "running" || parent === undefined) {
      return;
    }
    const most =
      Math.min(now.maxConcurrency || Number.POSITIVE_INFINITY, CONCURRENCY_MAX) -
      now.executions.running;
    const room = Math.max(0, Math.min(most, STARTS_PER_WRITE));
    const again = withRedriven(tx, parent, { run: now, most: room });
    const left = room - (now.executions.pendingRedrive - again.executions.pendingRedrive);
    const started = withNew(tx, parent, { run: again, most: left });
    mapRuns.put(tx, key, withMoreStarted(tx, { ...started, isStarting: false }));
  });
}

interface Starting {
  readonly run: MapRunRecord;
  readonly most: number;
}

/** Executions whose items have not been looked at begin. */
function withNew(tx: WriteTx, parent: LoadedExecution, { run, most }: Starting): MapRunRecord {
  const key = ownedKey(run.execution, run.uuid);
  const count = Math.min(most, run.total - run.next);
  let items = 0;
  for (let index = run.next; index < run.next + count; index += 1) {
    const row = mapRunItems.get(tx, [...key, index]);
    if (row !== undefined) {
      startChild(tx, parent, { run, row, index });
      items += row.count;
    }
  }
  return {
    ...run,
    next: run.next + count,
    executions: { ...run.executions, running: run.executions.running + count },
    items: { ...run.items, running: run.items.running + items },
  };
}

/** Executions that did not succeed go on; those of Express machines begin anew. */
function withRedriven(tx: WriteTx, parent: LoadedExecution, { run, most }: Starting): MapRunRecord {
  if (run.executions.pendingRedrive === 0 || most === 0) {
    return run;
  }
  const prefix = ownedKey(run.execution, run.uuid);
  let now = run;
  for (const { id } of [...mapRunRedrives.list(tx, { prefix, limit: most })]) {
    const index = id[prefix.length] as number;
    const place = [...prefix, index];
    const row = mapRunItems.get(tx, place);
    mapRunRedrives.delete(tx, place);
    mapRunResults.delete(tx, place);
    if (row === undefined) {
      continue;
    }
    if (run.executionType === "EXPRESS") {
      startChild(tx, parent, { run, row, index });
    } else {
      addEvent(tx, childId(run, index), { kind: "redrive" });
    }
    now = {
      ...now,
      executions: runningAgain(now.executions, 1),
      items: runningAgain(now.items, row.count),
    };
  }
  return now;
}

function runningAgain(counts: Counts, by: number): Counts {
  const { running, pendingRedrive } = counts;
  return { ...counts, running: running + by, pendingRedrive: pendingRedrive - by };
}

function startChild(
  tx: WriteTx,
  parent: LoadedExecution,
  child: { readonly run: MapRunRecord; readonly row: RunItems; readonly index: number },
): void {
  const { run, row, index } = child;
  const { uuid, stateName } = run;
  const id = childId(run, index);
  const { name } = id;
  const seed = createHash("sha256").update(`${uuid}/${index}`).digest("hex").slice(0, 32);
  const mapRun = { uuid, stateName, index, items: row.count };
  const { trace, version, alias } = parent.record;
  if (run.executionType === "EXPRESS") {
    const revisionKey = parent.revision.key;
    const input = row.text;
    const startedMs = tx.nowMs;
    addExpress(tx, {
      id,
      uuid: name,
      revisionKey,
      version,
      alias,
      input,
      seed,
      startedMs,
      trace,
      mapRun,
    });
    return;
  }
  if (executions.get(tx, executionKey(id)) !== undefined) {
    return;
  }
  const record = {
    status: "RUNNING",
    revisionKey: parent.record.revisionKey,
    version,
    alias,
    startedMs: tx.nowMs,
    seed,
    trace,
    steps: 0,
    nextThreadId: NEW_EXECUTION.nextThreadId,
    nextEventId: NEW_EXECUTION.nextEventId,
    nextTicket: NEW_EXECUTION.nextTicket,
    redriveCount: 0,
    mapRun,
  } as const;
  const { revision } = parent;
  storeAndBegin(tx, {
    id,
    record,
    revision,
    machine: machineFor(record, parent.machine),
    info: infoOf(id, record, { input: Payload.ofText(row.text), revision }),
    state: NEW_EXECUTION,
  });
}
