/**
 * The end of a map run: what still runs is stopped, results are gathered into the Map state's output
 * or written to S3.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import { isArray, type Json, type JsonObject } from "../../../languages/asl/data/scope.ts";
import type { Failure, ObjectSettings, StepEvent } from "../../../languages/asl/run/execution.ts";
import { PAYLOAD_BYTES_MAX, Payload } from "../../../languages/asl/run/payload.ts";
import { type Job, jobKey } from "../../../outbox/job.ts";
import type { WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { executionArn, machineArn, mapRunArn } from "../arns.ts";
import { addEvent } from "../jobs.ts";
import { mapRunItems, mapRunResults, mapRunSettings, mapRuns, ownedKey } from "../keys.ts";
import type { BoundStatesPorts } from "../ports.ts";
import type { MapJob } from "./job.ts";
import { type ChildResult, childId, type LoadedRun, type MapRunRecord } from "./record.ts";
import { redriveIfAsked } from "./redrive.ts";

/** Results read at once. */
const PAGE_SIZE = 500;
/** Of a result file that are held before they are written. */
const CHUNK_CHARACTERS = 262_144;

export async function endMapRun(
  ports: BoundStatesPorts,
  job: Job<MapJob>,
  loaded: LoadedRun,
): Promise<void> {
  const { run } = loaded;
  const isWanted = run.status === "RUNNING";
  const result = isWanted ? await outputOf(ports, loaded) : { failure: run.failure ?? {} };
  const written = isWanted && loaded.settings.writer !== undefined;
  const { threadId, ticket } = run;
  const event: StepEvent = { kind: "map-run-ended", threadId, ticket, result };
  await ports.executor.deliver(run.execution, event, (tx) => {
    tx.delete(jobKey(job));
    finish(tx, run, { failure: "failure" in result ? result.failure : undefined, written });
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
      resultsWritten: written ? executions.succeeded + executions.failed : 0,
    },
    items: { ...items, resultsWritten: written ? items.succeeded + items.failed : 0 },
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

type Ended = Extract<StepEvent, { readonly kind: "map-run-ended" }>["result"];

async function outputOf(ports: BoundStatesPorts, { run, settings }: LoadedRun): Promise<Ended> {
  const { writer } = settings;
  if (writer !== undefined && writer.resource !== "") {
    return writeResults(ports, run, writer);
  }
  const transformation = transformationOf(writer, "COMPACT");
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

async function* resultsOf(
  ports: BoundStatesPorts,
  run: MapRunRecord,
): AsyncGenerator<{ readonly index: number; readonly result: ChildResult }> {
  const prefix = ownedKey(run.execution, run.uuid);
  for (let from = 0; from < run.total; from += PAGE_SIZE) {
    const range = { prefix, from: [...prefix, from], until: [...prefix, from + PAGE_SIZE] };
    const page = await ports.store.read((tx) =>
      [...mapRunResults.list(tx, range)].map(({ id, record }) => ({
        index: id[prefix.length] as number,
        result: record,
      })),
    );
    yield* page;
  }
}

type ResultFile = "SUCCEEDED" | "FAILED";
type Transformation = "COMPACT" | "FLATTEN" | "NONE";

function transformationOf(
  writer: ObjectSettings | undefined,
  otherwise: Transformation,
): Transformation {
  const { Transformation: given } = writer?.config ?? {};
  return given === "COMPACT" || given === "FLATTEN" || given === "NONE" ? given : otherwise;
}

/** The JSON of a result: of executions that failed all that is known, whatever the transformation. */
function resultTexts(
  run: MapRunRecord,
  result: ChildResult,
  transformation: Transformation,
): readonly string[] {
  if (result.status !== "SUCCEEDED" || transformation === "NONE") {
    return [JSON.stringify(described(run, result))];
  }
  const text = result.output ?? "null";
  const output = transformation === "FLATTEN" ? (JSON.parse(text) as Json) : undefined;
  return isArray(output) ? output.map((item) => JSON.stringify(item)) : [text];
}

/** One file for each way in which executions ended, and a manifest of them. */
async function writeResults(
  ports: BoundStatesPorts,
  run: MapRunRecord,
  writer: ObjectSettings,
): Promise<Ended> {
  const { parameters, config } = writer;
  const bucket = String(parameters.Bucket ?? "");
  const prefix = parameters.Prefix === undefined ? "" : `${String(parameters.Prefix)}/`;
  const folder = `${prefix}${run.uuid}`;
  const id = { ...run.execution, machine: `${run.execution.machine}/${run.label}` };
  const files: Record<string, Json[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  const isLines = config.OutputType === "JSONL";
  const { total, succeeded } = run.executions;
  const counts = { SUCCEEDED: succeeded, FAILED: total - succeeded };
  try {
    for (const file of ["SUCCEEDED", "FAILED"] as const) {
      if (counts[file] > 0) {
        const key = `${folder}/${file}_0.${isLines ? "jsonl" : "json"}`;
        const transformation = transformationOf(writer, "NONE");
        const body = resultChunks(ports, run, { file, isLines, transformation });
        files[file]?.push({ Key: key, Size: await put(ports, run, { bucket, key, body }) });
      }
    }
    const MapRunArn = mapRunArn(id, run.uuid);
    const manifest = { DestinationBucket: bucket, MapRunArn, ResultFiles: files };
    const key = `${folder}/manifest.json`;
    await put(ports, run, { bucket, key, body: [JSON.stringify(manifest)] });
    const ResultWriterDetails = { Bucket: bucket, Key: key };
    return { output: Payload.ofJson({ MapRunArn, ResultWriterDetails }) };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return { failure: { error: "States.ResultWriterFailed", cause: error.message } };
  }
}

/** A page of results at a time: all of them may not fit into memory. */
async function* resultChunks(
  ports: BoundStatesPorts,
  run: MapRunRecord,
  options: {
    readonly file: ResultFile;
    readonly isLines: boolean;
    readonly transformation: Transformation;
  },
): AsyncGenerator<string> {
  const { file, isLines, transformation } = options;
  const separator = isLines ? "\n" : ",";
  let held = isLines ? "" : "[";
  let isFirst = true;
  for await (const { result } of resultsOf(ports, run)) {
    if ((result.status === "SUCCEEDED") === (file === "SUCCEEDED")) {
      for (const text of resultTexts(run, result, transformation)) {
        held += (isFirst ? "" : separator) + text;
        isFirst = false;
      }
    }
    if (held.length >= CHUNK_CHARACTERS) {
      yield held;
      held = "";
    }
  }
  yield isLines ? held : `${held}]`;
}

async function put(
  ports: BoundStatesPorts,
  run: MapRunRecord,
  object: {
    readonly bucket: string;
    readonly key: string;
    readonly body: AsyncIterable<string> | Iterable<string>;
  },
): Promise<number> {
  const { accountId, region } = run.execution;
  let sizeBytes = 0;
  const encoded = async function* (): AsyncGenerator<Uint8Array> {
    for await (const text of object.body) {
      const bytes = Buffer.from(text);
      sizeBytes += bytes.length;
      yield bytes;
    }
  };
  await ports.dispatcher.call({ accountId, region }, "s3", "PutObject", {
    Bucket: object.bucket,
    Key: object.key,
    ContentType: "application/json",
    Body: encoded(),
  });
  return sizeBytes;
}

function described(run: MapRunRecord, result: ChildResult): JsonObject {
  const id = { ...run.execution, machine: `${run.execution.machine}/${run.label}` };
  const { name, status, output, failure, input, startedMs, stoppedMs, redriveCount } = result;
  const isDone = status === "SUCCEEDED";
  return {
    ...(failure?.error !== undefined && { Error: failure.error }),
    ...(failure?.cause !== undefined && { Cause: failure.cause }),
    ExecutionArn: executionArn({ ...id, name }),
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: redriveCount,
    RedriveStatus: isDone ? "NOT_REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN",
    ...(isDone && { RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven" }),
    StartDate: new Date(startedMs).toISOString(),
    StateMachineArn: machineArn(id, id.machine),
    Status: status,
    StopDate: new Date(stoppedMs).toISOString(),
  };
}
