/**
 * The end of a map run: what still runs is stopped, results are gathered into the Map state's output
 * or written to S3. Those of a run that failed or was stopped are written, too, once nothing of it
 * runs any more.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import type {
  Failure,
  MapRunSettings,
  ObjectSettings,
  StepEvent,
} from "../../../languages/asl/run/execution.ts";
import { PAYLOAD_BYTES_MAX, Payload } from "../../../languages/asl/run/payload.ts";
import { type Job, jobKey } from "../../../outbox/job.ts";
import type { WriteTx } from "../../../store/store.ts";
import { addEvent } from "../jobs.ts";
import { mapRunItems, mapRunResults, mapRunSettings, mapRuns, ownedKey } from "../keys.ts";
import type { BoundStatesPorts } from "../ports.ts";
import { addMapJob, type MapJob } from "./job.ts";
import { childId, closed, type LoadedRun, type MapRunRecord } from "./record.ts";
import { redriveIfAsked } from "./redrive.ts";
import { type Ended, resultsOf, resultTexts, transformationOf, writeResults } from "./results.ts";

export async function endMapRun(
  ports: BoundStatesPorts,
  job: Job<MapJob>,
  loaded: LoadedRun,
): Promise<void> {
  const { run, settings } = loaded;
  const isWanted = run.status === "RUNNING";
  const writer = exporterOf(settings);
  if (!isWanted && writer !== undefined && run.executions.running > 0) {
    await stopChildren(ports, job, run);
    return;
  }
  const exported =
    writer === undefined || (!isWanted && run.total === 0)
      ? undefined
      : await writeResults(ports, run, writer);
  const result = isWanted
    ? (exported ?? (await outputOf(ports, loaded)))
    : { failure: run.failure ?? {} };
  const written = exported !== undefined && "output" in exported;
  const { threadId, ticket } = run;
  const event: StepEvent = { kind: "map-run-ended", threadId, ticket, result };
  await ports.executor.deliver(run.execution, event, (tx) => {
    tx.delete(jobKey(job));
    finish(tx, run, { failure: "failure" in result ? result.failure : undefined, written });
  });
}

/** Where results go in S3, if they do. */
function exporterOf({ writer }: MapRunSettings): ObjectSettings | undefined {
  return writer === undefined || writer.resource === "" ? undefined : writer;
}

/** The last one that ends comes back to making the end. */
async function stopChildren(
  ports: BoundStatesPorts,
  job: Job<MapJob>,
  { execution, uuid }: MapRunRecord,
): Promise<void> {
  const key = ownedKey(execution, uuid);
  await ports.store.write((tx) => {
    tx.delete(jobKey(job));
    const now = mapRuns.get(tx, key);
    if (now?.stage !== "ending") {
      return;
    }
    if (now.executions.running === 0) {
      addMapJob(tx, { uuid, execution, stage: "ending" });
      return;
    }
    abortChildren(tx, now);
    mapRuns.put(tx, key, { ...now, isStopping: true });
  });
}

function finish(
  tx: WriteTx,
  run: MapRunRecord,
  { failure, written }: { readonly failure: Failure | undefined; readonly written: boolean },
): void {
  const key = ownedKey(run.execution, run.uuid);
  const now = mapRuns.get(tx, key);
  if (now === undefined) {
    return;
  }
  abortChildren(tx, now);
  const status =
    now.status === "RUNNING" ? (failure === undefined ? "SUCCEEDED" : "FAILED") : now.status;
  const { executions, items } = now;
  const over: MapRunRecord = {
    ...now,
    status,
    stage: "over",
    stoppedMs: tx.nowMs,
    executions: {
      ...executions,
      resultsWritten: written ? closed(executions) : 0,
    },
    items: { ...items, resultsWritten: written ? closed(items) : 0 },
  };
  mapRuns.put(tx, key, redriveIfAsked(tx, over));
  if (status === "SUCCEEDED") {
    mapRunItems.clear(tx, { prefix: key });
    mapRunSettings.delete(tx, key);
  }
}

/** Those that run have no result yet; they are among the last that began, so the search is short. */
function abortChildren(tx: WriteTx, run: MapRunRecord): void {
  const key = ownedKey(run.execution, run.uuid);
  let left = run.executions.running;
  for (let index = run.next - 1; index >= 0 && left > 0; index -= 1) {
    if (mapRunResults.get(tx, [...key, index]) === undefined) {
      left -= 1;
      addEvent(tx, childId(run, index), { kind: "abort", failure: {} });
    }
  }
}

async function outputOf(ports: BoundStatesPorts, { run, settings }: LoadedRun): Promise<Ended> {
  const transformation = transformationOf(settings.writer, "COMPACT");
  const texts: string[] = [];
  let length = 0;
  for await (const { result } of resultsOf(ports, run)) {
    for (const text of resultTexts(run, result, transformation)) {
      texts.push(text);
      length += text.length;
    }
    if (length > PAYLOAD_BYTES_MAX) {
      const cause =
        `The state/task '${run.stateName}' returned a result with a size exceeding the maximum ` +
        "number of bytes service limit.";
      return { failure: { error: "States.DataLimitExceeded", cause } };
    }
  }
  return { output: Payload.ofText(`[${texts.join(",")}]`) };
}
