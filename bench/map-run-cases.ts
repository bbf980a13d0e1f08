/**
 * What a Map state in distributed mode costs: the lines of a file in S3, one execution each, their
 * results back to S3. `npm run bench -- --only states --items 100000`.
 */
import { anonymousMiB, type RunningEngine } from "./engine.ts";
import { callJson, jsonHeaders } from "./load.ts";

const SAMPLE_MS = 100;
const BUCKET = "bench-items";
const roleArn = "arn:aws:iam::000000000000:role/bench";
const NAMES = ["id", "name", "price", "note"];

export interface MapRunOptions {
  readonly items: number;
  readonly format: "CSV" | "JSONL";
  readonly type: "STANDARD" | "EXPRESS";
}

export interface MapRunMeasured {
  readonly seconds: number;
  readonly itemsPerSecond: number;
  /** Of the memory that is the engine's own, before it began and at most. */
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly dataMiB: number;
}

export async function measureMapRun(
  engine: RunningEngine,
  options: MapRunOptions,
): Promise<MapRunMeasured> {
  const { endpoint } = engine;
  const { items, format, type } = options;
  const name = `bench-${format}-${type}`.toLowerCase();
  await put(endpoint, "", undefined);
  await put(endpoint, `/${name}`, format === "CSV" ? csv(items) : jsonLines(items));
  const idleMiB = anonymousMiB(engine.pid);
  let peakMiB = idleMiB;
  const sampling = setInterval(() => {
    peakMiB = Math.max(peakMiB, anonymousMiB(engine.pid));
  }, SAMPLE_MS);
  try {
    const began = performance.now();
    const ended = await run(endpoint, name, options);
    if (ended["status"] !== "SUCCEEDED") {
      throw new Error(`the run of ${items} items ended ${JSON.stringify(ended)}`);
    }
    const seconds = (performance.now() - began) / 1_000;
    const dataMiB = engine.dataBytes() / 2 ** 20;
    return { seconds, itemsPerSecond: items / seconds, idleMiB, peakMiB, dataMiB };
  } finally {
    clearInterval(sampling);
  }
}

async function run(
  endpoint: string,
  name: string,
  { format, type }: MapRunOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const call = (operation: string, input: unknown) =>
    callJson(endpoint, "states", `AWSStepFunctions.${operation}`, input);
  const definition = JSON.stringify({
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          Parameters: { Bucket: BUCKET, Key: name },
          ReaderConfig:
            format === "CSV"
              ? { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" }
              : { InputType: "JSONL" },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
          StartAt: "Pass",
          States: { Pass: { Type: "Pass", End: true } },
        },
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Parameters: { Bucket: BUCKET, Prefix: "out" },
        },
        End: true,
      },
    },
  });
  const machine = await call("CreateStateMachine", { name, roleArn, definition });
  const { executionArn } = await call("StartExecution", {
    stateMachineArn: machine["stateMachineArn"],
  });
  for (;;) {
    const ended = await call("DescribeExecution", { executionArn });
    if (ended["status"] !== "RUNNING") {
      return ended;
    }
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
}

function csv(items: number): string {
  const lines = Array.from(
    { length: items },
    (_, at) => `${at},item ${at},${at / 100},a short note`,
  );
  return `${NAMES.join(",")}\n${lines.join("\n")}\n`;
}

function jsonLines(items: number): string {
  const lines = Array.from({ length: items }, (_, at) =>
    JSON.stringify({ id: at, name: `item ${at}`, price: at / 100, note: "a short note" }),
  );
  return `${lines.join("\n")}\n`;
}

async function put(endpoint: string, path: string, body: string | undefined): Promise<void> {
  const headers = { authorization: jsonHeaders("s3", "")["authorization"] ?? "" };
  const init = { method: "PUT", headers, ...(body !== undefined && { body }) };
  const answer = await fetch(`${endpoint}/${BUCKET}${path}`, init);
  if (!answer.ok && answer.status !== 409) {
    throw new Error(await answer.text());
  }
}
