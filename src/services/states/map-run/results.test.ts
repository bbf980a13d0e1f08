import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  await fixture.call("s3", "CreateBucket", { Bucket: "data" });
  return fixture;
};
afterEach(() => fixture.stop());

const PASS = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
const S3 = {
  Resource: "arn:aws:states:::s3:putObject",
  Parameters: { Bucket: "data", Prefix: "out" },
};

function distributed(more: object, processor: object = PASS): object {
  const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
  const M = { Type: "Map", ItemProcessor: { ProcessorConfig, ...processor }, End: true, ...more };
  return { StartAt: "M", States: { M } };
}

async function textOf(Key: string): Promise<string> {
  const { Body } = await fixture.call("s3", "GetObject", { Bucket: "data", Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

describe("results of a map run", () => {
  test("results as they are, compact, or flattened; in the output, or in S3", async () => {
    const { machine, start, ended } = await open();
    const output = async (name: string, ResultWriter: object): Promise<unknown> => {
      const arn = await machine(name, distributed({ ResultWriter }));
      return JSON.parse((await ended(await start(arn, [[1, 2], 3]))).output ?? "null");
    };
    const config = (Transformation: string, OutputType = "JSON") => ({
      WriterConfig: { Transformation, OutputType },
    });
    expect(await output("a", config("COMPACT"))).toEqual([[1, 2], 3]);
    expect(await output("b", config("FLATTEN"))).toEqual([1, 2, 3]);
    expect(await output("c", config("NONE"))).toMatchObject([
      { Status: "SUCCEEDED", Input: "[1,2]", Output: "[1,2]", RedriveCount: 0 },
      { Status: "SUCCEEDED", Input: "3", Output: "3" },
    ]);
    const written = async (name: string, more: object): Promise<string> => {
      const { ResultWriterDetails } = (await output(name, { ...S3, ...more })) as {
        ResultWriterDetails: { Key: string };
      };
      const { ResultFiles } = JSON.parse(await textOf(ResultWriterDetails.Key));
      expect(ResultFiles.FAILED).toEqual([]);
      const text = await textOf(ResultFiles.SUCCEEDED[0].Key);
      expect(ResultFiles.SUCCEEDED[0].Size).toBe(Buffer.byteLength(text));
      return text;
    };
    expect(await written("d", config("FLATTEN", "JSONL"))).toBe("1\n2\n3");
    expect(await written("e", config("COMPACT"))).toBe("[[1,2],3]");
    expect(JSON.parse(await written("f", {}))).toMatchObject([{ Output: "[1,2]" }, {}]);
  });

  /** Items below 2 fail, others wait for a minute. */
  const failing = {
    StartAt: "C",
    States: {
      C: {
        Type: "Choice",
        Choices: [{ Variable: "$", NumericLessThan: 2, Next: "Bad" }],
        Default: "W",
      },
      Bad: { Type: "Fail", Error: "E" },
      W: { Type: "Wait", Seconds: 60, End: true },
    },
  };
  test("of a run that fails, or is stopped, what there is of results is written to S3", async () => {
    const { machine, start, ended, states, settle, call } = await open();
    const definition = distributed({ ResultWriter: S3, MaxConcurrency: 2 }, failing);
    const arn = await machine("m", definition);
    const statuses = async (executionArn: string): Promise<object> => {
      await settle();
      const { mapRuns } = await states("ListMapRuns", { executionArn });
      const uuid = mapRuns[0]?.mapRunArn?.split(":").at(-1);
      const { Contents = [] } = await call("s3", "ListObjectsV2", {
        Bucket: "data",
        Prefix: `out/${uuid}/`,
      });
      const files: Record<string, unknown> = {};
      for (const { Key = "" } of Contents) {
        const results = JSON.parse(await textOf(Key));
        files[Key.split("/").at(-1) ?? ""] = Array.isArray(results)
          ? results.map(({ Input, Status }) => `${Input} ${Status}`)
          : Object.keys(results);
      }
      return files;
    };
    const manifest = ["DestinationBucket", "MapRunArn", "ResultFiles"];
    const failed = await start(arn, [5, 0, 6, 7]);
    expect((await ended(failed)).error).toBe("States.ExceedToleratedFailureThreshold");
    expect(await statuses(failed)).toEqual({
      "FAILED_0.json": ["5 ABORTED", "0 FAILED"],
      "PENDING_0.json": ["6 PENDING", "7 PENDING"],
      "manifest.json": manifest,
    });
    const stopped = await start(arn, [8, 9, 10]);
    await settle();
    await states("StopExecution", { executionArn: stopped });
    expect(await statuses(stopped)).toEqual({
      "FAILED_0.json": ["8 ABORTED", "9 ABORTED"],
      "PENDING_0.json": ["10 PENDING"],
      "manifest.json": manifest,
    });
  });
});
