/**
 * The results of a map run: as they stand in the output of its state, and in files in S3.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import { isArray, type Json, type JsonObject } from "../../../languages/asl/data/scope.ts";
import type { ObjectSettings, StepEvent } from "../../../languages/asl/run/execution.ts";
import { Payload } from "../../../languages/asl/run/payload.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { executionArn, machineArn, mapRunArn } from "../arns.ts";
import { mapRunItems, mapRunResults, ownedKey } from "../keys.ts";
import type { BoundStatesPorts } from "../ports.ts";
import { type ChildResult, childId, type MapRunRecord } from "./record.ts";

/** Results read at once. */
const PAGE_SIZE = 500;
/** Of a result file that are held before they are written. */
const CHUNK_CHARACTERS = 262_144;

export type Ended = Extract<StepEvent, { readonly kind: "map-run-ended" }>["result"];

export async function* resultsOf(
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

type ResultFile = "SUCCEEDED" | "FAILED" | "PENDING";
type Transformation = "COMPACT" | "FLATTEN" | "NONE";

export function transformationOf(
  writer: ObjectSettings | undefined,
  otherwise: Transformation,
): Transformation {
  const { Transformation: given } = writer?.config ?? {};
  return given === "COMPACT" || given === "FLATTEN" || given === "NONE" ? given : otherwise;
}

/** The JSON of a result: of executions that failed all that is known, whatever the transformation. */
export function resultTexts(
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

/**
 * One file for each way in which executions ended, one for those that never began, and a manifest of
 * them. No execution runs any more.
 */
export async function writeResults(
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
  const { succeeded } = run.executions;
  const counts = {
    SUCCEEDED: succeeded,
    FAILED: run.next - succeeded,
    PENDING: run.total - run.next,
  };
  try {
    for (const file of ["SUCCEEDED", "FAILED", "PENDING"] as const) {
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
  const texts =
    file === "PENDING" ? pendingTexts(ports, run) : fileTexts(ports, run, { file, transformation });
  for await (const text of texts) {
    held += (isFirst ? "" : separator) + text;
    isFirst = false;
    if (held.length >= CHUNK_CHARACTERS) {
      yield held;
      held = "";
    }
  }
  yield isLines ? held : `${held}]`;
}

async function* fileTexts(
  ports: BoundStatesPorts,
  run: MapRunRecord,
  options: { readonly file: ResultFile; readonly transformation: Transformation },
): AsyncGenerator<string> {
  for await (const { result } of resultsOf(ports, run)) {
    if ((result.status === "SUCCEEDED") === (options.file === "SUCCEEDED")) {
      yield* resultTexts(run, result, options.transformation);
    }
  }
}

/** Of executions that were not begun when the run failed, or was stopped. */
async function* pendingTexts(ports: BoundStatesPorts, run: MapRunRecord): AsyncGenerator<string> {
  const prefix = ownedKey(run.execution, run.uuid);
  for (let from = run.next; from < run.total; from += PAGE_SIZE) {
    const range = { prefix, from: [...prefix, from], until: [...prefix, from + PAGE_SIZE] };
    const page = await ports.store.read((tx) => [...mapRunItems.list(tx, range)]);
    for (const { id, record } of page) {
      const child = childId(run, id[prefix.length] as number);
      yield JSON.stringify({
        ExecutionArn: executionArn(child),
        Input: record.text,
        InputDetails: { Included: true },
        Name: child.name,
        StateMachineArn: machineArn(child, child.machine),
        Status: "PENDING",
      });
    }
  }
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
