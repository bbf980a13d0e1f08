import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const PASS = { Type: "Pass", End: true };

function distributed(more: object, state: object = PASS, executionType = "STANDARD"): object {
  return {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        Label: "each",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
          StartAt: "I",
          States: { I: state },
        },
        End: true,
        ...more,
      },
    },
  };
}

async function put(Key: string, text: string): Promise<void> {
  await fixture.call("s3", "CreateBucket", { Bucket: "data" }).catch(() => undefined);
  const Body = [Buffer.from(text)] as never;
  await fixture.call("s3", "PutObject", { Bucket: "data", Key, Body });
}

async function textOf(Key: string): Promise<string> {
  const { Body } = await fixture.call("s3", "GetObject", { Bucket: "data", Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const READER = "arn:aws:states:::s3:getObject";
const reader = (Key: string, ReaderConfig: object) => ({
  ItemReader: { Resource: READER, Parameters: { Bucket: "data", Key }, ReaderConfig },
});

describe("distributed Map", () => {
  test.each(["STANDARD", "EXPRESS"])(
    "items run as %s executions, outputs in their order",
    async (type) => {
      const { machine, start, ended, states, types } = await open();
      const state = { Type: "Pass", Parameters: { "v.$": "$.v", "i.$": "$.i" }, End: true };
      const ItemSelector = { "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index" };
      const arn = await machine("m", distributed({ ItemSelector, MaxConcurrency: 2 }, state, type));
      const executionArn = await start(arn, ["a", "b", "c"]);
      const ending = await ended(executionArn);
      expect(JSON.parse(ending.output ?? "null")).toEqual([
        { v: "a", i: 0 },
        { v: "b", i: 1 },
        { v: "c", i: 2 },
      ]);
      expect(await types(executionArn)).toEqual([
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
      ]);
      const { mapRuns } = await states("ListMapRuns", { executionArn });
      const [{ mapRunArn = "" } = {}] = mapRuns;
      expect(mapRunArn).toMatch(
        /^arn:aws:states:us-east-1:000000000000:mapRun:m\/each:[0-9a-f-]{36}$/,
      );
      expect(await states("DescribeMapRun", { mapRunArn })).toMatchObject({
        executionArn,
        status: "SUCCEEDED",
        maxConcurrency: 2,
        executionCounts: { total: 3, succeeded: 3, running: 0, pending: 0 },
        itemCounts: { total: 3, succeeded: 3 },
      });
      const { executions } = await states("ListExecutions", { mapRunArn });
      expect(executions).toHaveLength(type === "STANDARD" ? 3 : 0);
      if (type === "STANDARD") {
        expect(executions[0]).toMatchObject({ mapRunArn, itemCount: 1 });
        const child = { executionArn: executions[0]?.executionArn ?? "" };
        expect(await states("DescribeExecution", child)).toMatchObject({
          stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m/each",
          mapRunArn,
        });
      }
    },
  );

  test("items from CSV in batches, results to S3", async () => {
    const { machine, start, ended } = await open();
    await put("items.csv", "id,name\n1,a\n2,b\n3,c\n");
    const definition = distributed({
      ...reader("items.csv", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" }),
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "who.$": "$.who" } },
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        Parameters: { Bucket: "data", Prefix: "out" },
      },
    });
    const ending = await ended(await start(await machine("m", definition), { who: "me" }));
    const { MapRunArn, ResultWriterDetails } = JSON.parse(ending.output ?? "{}");
    expect(ResultWriterDetails).toMatchObject({ Bucket: "data" });
    const manifest = JSON.parse(await textOf(ResultWriterDetails.Key));
    expect(manifest).toMatchObject({
      DestinationBucket: "data",
      MapRunArn,
      ResultFiles: { FAILED: [], PENDING: [] },
    });
    const results = JSON.parse(await textOf(manifest.ResultFiles.SUCCEEDED[0].Key));
    expect(results.map(({ Output }: { Output: string }) => JSON.parse(Output))).toEqual([
      {
        BatchInput: { who: "me" },
        Items: [
          { id: "1", name: "a" },
          { id: "2", name: "b" },
        ],
      },
      { BatchInput: { who: "me" }, Items: [{ id: "3", name: "c" }] },
    ]);
  });

  test("items are those in the objects of a list, and say where they come from", async () => {
    const { machine, start, ended, refused } = await open();
    await put("in/", "");
    await put("in/a.csv", "id\n1\n2\n");
    await put("in/b.csv", "id\n3\n4\n");
    const list = (ReaderConfig: object) => ({
      ItemReader: {
        Resource: "arn:aws:states:::s3:listObjectsV2",
        Parameters: { Bucket: "data", Prefix: "in/" },
        ReaderConfig,
      },
      ItemSelector: { "v.$": "$$.Map.Item.Value", "from.$": "$$.Map.Item.Source" },
    });
    const csv = { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" };
    const loaded = list({ ...csv, Transformation: "LOAD_AND_FLATTEN", MaxItems: 3 });
    const ending = await ended(await start(await machine("m", distributed(loaded))));
    expect(JSON.parse(ending.output ?? "[]")).toEqual([
      { v: { id: "1" }, from: "S3://data/in/a.csv" },
      { v: { id: "2" }, from: "S3://data/in/a.csv" },
      { v: { id: "3" }, from: "S3://data/in/b.csv" },
    ]);
    const plain = await ended(await start(await machine("n", distributed(list({ MaxItems: 1 })))));
    expect(JSON.parse(plain.output ?? "[]")).toMatchObject([{ from: "S3://data" }]);
    const { ItemSelector } = list({});
    const given = await machine("o", distributed({ ItemSelector }));
    const own = await ended(await start(given, [7]));
    expect(own.output).toBe('[{"v":7,"from":"STATE_DATA"}]');
    const definition = JSON.stringify(
      distributed(reader("x", { ...csv, Transformation: "LOAD_AND_FLATTEN" })),
    );
    const roleArn = "arn:aws:iam::000000000000:role/r";
    expect((await refused("CreateStateMachine", { name: "p", definition, roleArn })).code).toBe(
      "NotImplemented",
    );
  });

  test("items are the objects of a bucket, as far as wanted", async () => {
    const { machine, start, ended } = await open();
    for (const name of ["a", "b", "c"]) {
      await put(`in/${name}`, name);
    }
    const definition = distributed({
      ItemReader: {
        Resource: "arn:aws:states:::s3:listObjectsV2",
        Parameters: { Bucket: "data", Prefix: "in/" },
        ReaderConfig: { MaxItems: 2 },
      },
    });
    const ending = await ended(await start(await machine("m", definition)));
    const keys = JSON.parse(ending.output ?? "[]").map(({ Key }: { Key: string }) => Key);
    expect(keys).toEqual(["in/a", "in/b"]);
  });

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
  const tolerant = (more: object): object => {
    const definition = distributed(more) as { States: { M: { ItemProcessor: object } } };
    Object.assign(definition.States.M.ItemProcessor, failing);
    return definition;
  };

  test("failures are tolerated up to a number; above it what runs is stopped", async () => {
    const { machine, start, ended, states, settle } = await open();
    const items = [0, 1, 2, 3];
    const good = await ended(
      await start(await machine("a", tolerant({ ToleratedFailureCount: 2 })), items),
    );
    expect(good.status).toBe("SUCCEEDED");
    // Of executions that failed the output tells all that is known.
    expect(JSON.parse(good.output ?? "[]")).toMatchObject([
      { Status: "FAILED", Error: "E", Input: "0", RedriveStatus: "REDRIVABLE_BY_MAP_RUN" },
      { Status: "FAILED", Error: "E", Input: "1" },
      2,
      3,
    ]);
    const executionArn = await start(
      await machine("b", tolerant({ ToleratedFailurePercentage: 25 })),
      items,
    );
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    await settle();
    const { mapRuns } = await states("ListMapRuns", { executionArn });
    const mapRunArn = mapRuns[0]?.mapRunArn ?? "";
    const { executions } = await states("ListExecutions", { mapRunArn });
    expect(executions.map(({ status }) => status).sort()).toEqual([
      "ABORTED",
      "ABORTED",
      "FAILED",
      "FAILED",
    ]);
    expect((await states("DescribeMapRun", { mapRunArn })).status).toBe("FAILED");
  });

  test("stopping the execution stops its children", async () => {
    const { machine, start, states, settle } = await open();
    const state = { Type: "Wait", Seconds: 600, End: true };
    const executionArn = await start(await machine("m", distributed({}, state)), [1, 2]);
    await settle();
    const { mapRuns } = await states("ListMapRuns", { executionArn });
    const mapRunArn = mapRuns[0]?.mapRunArn ?? "";
    const running = { mapRunArn, statusFilter: "RUNNING" };
    expect((await states("ListExecutions", running)).executions).toHaveLength(2);
    await states("StopExecution", { executionArn });
    await settle();
    expect((await states("ListExecutions", running)).executions).toHaveLength(0);
    expect((await states("DescribeMapRun", { mapRunArn })).status).toBe("ABORTED");
  });

  test("a machine that is deleted takes its map runs and their executions with it", async () => {
    const { machine, start, states, settle, clock, refused } = await open();
    const state = { Type: "Wait", Seconds: 600, End: true };
    const stateMachineArn = await machine("m", distributed({}, state));
    const executionArn = await start(stateMachineArn, [1, 2]);
    await settle();
    const { mapRuns } = await states("ListMapRuns", { executionArn });
    const mapRunArn = mapRuns[0]?.mapRunArn ?? "";
    const { executions } = await states("ListExecutions", { mapRunArn });
    await states("DeleteStateMachine", { stateMachineArn });
    for (let second = 0; second < 4; second += 1) {
      await settle();
      await clock.advance(1_000);
    }
    await settle();
    const child = { executionArn: executions[0]?.executionArn ?? "" };
    expect((await refused("DescribeExecution", child)).code).toBe("ExecutionDoesNotExist");
    expect((await refused("DescribeMapRun", { mapRunArn })).code).toBe("ResourceNotFound");
    expect((await states("ListStateMachines", {})).stateMachines).toEqual([]);
  });

  test("more at once, when the run is told so", async () => {
    const { machine, start, states, settle } = await open();
    const state = { Type: "Wait", Seconds: 600, End: true };
    const executionArn = await start(
      await machine("m", distributed({ MaxConcurrency: 1 }, state)),
      [1, 2, 3],
    );
    await settle();
    const { mapRuns } = await states("ListMapRuns", { executionArn });
    const mapRunArn = mapRuns[0]?.mapRunArn ?? "";
    const running = async () =>
      (await states("DescribeMapRun", { mapRunArn })).executionCounts.running;
    expect(await running()).toBe(1);
    await states("UpdateMapRun", { mapRunArn, maxConcurrency: 3 });
    await settle();
    expect(await running()).toBe(3);
  });

  test("what cannot be read fails the state", async () => {
    const { machine, start, ended } = await open();
    await put("x.json", "{");
    const broken = await machine("a", distributed(reader("x.json", { InputType: "JSON" })));
    expect(await ended(await start(broken))).toMatchObject({ error: "States.ItemReaderFailed" });
    const missing = await machine("b", distributed(reader("nope", { InputType: "JSON" })));
    expect(await ended(await start(missing))).toMatchObject({ error: "States.ItemReaderFailed" });
  });

  test("crashes on the way: every item runs to its end, once", async () => {
    const { machine, start, ended, restart, clock, fn } = await open();
    const seen: unknown[] = [];
    const Resource = await fn("note", (event) => {
      seen.push(event);
      return event;
    });
    const arn = await machine(
      "m",
      distributed({ MaxConcurrency: 3 }, { Type: "Task", Resource, End: true }),
    );
    const items = Array.from({ length: 20 }, (_, index) => index);
    const executionArn = await start(arn, items);
    for (let crash = 0; crash < 12; crash += 1) {
      await restart();
      for (let turn = 0; turn < 6; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    await clock.advance(1_000);
    expect(JSON.parse((await ended(executionArn)).output ?? "[]")).toEqual(items);
    expect(new Set(seen)).toEqual(new Set(items));
  });
});
