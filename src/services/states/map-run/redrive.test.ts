import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../../testing/states-fixture.ts";

let fixture: StatesFixture;
afterEach(() => fixture.stop());

/** A function that refuses an item until it is mended, behind a state that is to run once an item. */
async function open(type: "STANDARD" | "EXPRESS", more: object = {}) {
  fixture = await createStatesFixture();
  const seen: string[] = [];
  const bad = new Set<number>();
  const note = (name: string) => (item: unknown) => {
    seen.push(`${name}${item}`);
    if (name === "work" && bad.has(item as number)) {
      throw new Error(`no ${item}`);
    }
    return item;
  };
  const before = await fixture.fn("before", note("before"));
  const work = await fixture.fn("work", note("work"));
  const arn = await fixture.machine("m", {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        Label: "each",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
          StartAt: "Before",
          States: {
            Before: { Type: "Task", Resource: before, Next: "Work" },
            Work: { Type: "Task", Resource: work, End: true },
          },
        },
        ...more,
        Next: "After",
      },
      After: { Type: "Pass", End: true },
    },
  });
  const mapRun = async (executionArn: string) => {
    const { mapRuns } = await fixture.states("ListMapRuns", { executionArn });
    expect(mapRuns).toHaveLength(1);
    return fixture.states("DescribeMapRun", { mapRunArn: mapRuns[0]?.mapRunArn ?? "" });
  };
  return { ...fixture, arn, bad, seen, mapRun };
}

describe("redrive of a map run", () => {
  test("Standard executions that failed go on where they failed; the others keep their results", async () => {
    const { arn, bad, seen, start, ended, mapRun, states, settle, types } = await open("STANDARD", {
      MaxConcurrency: 1,
    });
    bad.add(2);
    const executionArn = await start(arn, [1, 2, 3, 4]);
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      redriveStatus: "REDRIVABLE",
    });
    await settle();
    const failed = await mapRun(executionArn);
    expect(failed).toMatchObject({
      status: "FAILED",
      redriveCount: 0,
      executionCounts: { total: 4, succeeded: 1, failed: 1, pending: 2, pendingRedrive: 0 },
    });
    const { mapRunArn } = failed;
    const { executions } = await states("ListExecutions", { mapRunArn, statusFilter: "FAILED" });
    const child = { executionArn: executions[0]?.executionArn ?? "" };
    expect(await states("DescribeExecution", child)).toMatchObject({
      redriveStatus: "REDRIVABLE_BY_MAP_RUN",
    });
    expect((await fixture.refused("RedriveExecution", child)).code).toBe("ExecutionNotRedrivable");
    bad.clear();
    seen.length = 0;
    await states("RedriveExecution", { executionArn });
    const ending = await ended(executionArn);
    expect(ending).toMatchObject({ status: "SUCCEEDED", output: "[1,2,3,4]" });
    expect(seen).toEqual(["work2", "before3", "work3", "before4", "work4"]);
    const redriven = await mapRun(executionArn);
    expect(redriven).toMatchObject({
      mapRunArn,
      status: "SUCCEEDED",
      redriveCount: 1,
      executionCounts: { total: 4, succeeded: 4, failed: 0, pending: 0, pendingRedrive: 0 },
      itemCounts: { total: 4, succeeded: 4, failed: 0 },
    });
    expect(redriven.redriveDate).toBeInstanceOf(Date);
    expect(await states("DescribeExecution", child)).toMatchObject({
      status: "SUCCEEDED",
      redriveCount: 1,
    });
    expect((await types(executionArn)).slice(2)).toEqual([
      "MapStateStarted",
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
      "ExecutionRedriven",
      "MapRunRedriven",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    const { events } = await states("GetExecutionHistory", { executionArn });
    expect(events[8]?.mapRunRedrivenEventDetails).toEqual({ mapRunArn, redriveCount: 1 });
  });

  test("Express executions that failed begin anew; it fails again, and is redriven again", async () => {
    const { arn, bad, seen, start, ended, mapRun, states, settle } = await open("EXPRESS");
    bad.add(2).add(3);
    const executionArn = await start(arn, [1, 2, 3]);
    await ended(executionArn);
    await settle();
    bad.delete(3);
    seen.length = 0;
    await states("RedriveExecution", { executionArn });
    expect((await ended(executionArn)).status).toBe("FAILED");
    await settle();
    expect(seen.toSorted()).toEqual(["before2", "before3", "work2", "work3"]);
    expect(await mapRun(executionArn)).toMatchObject({
      status: "FAILED",
      redriveCount: 1,
      executionCounts: { succeeded: 2, failed: 1, failuresNotRedrivable: 0 },
    });
    bad.clear();
    await states("RedriveExecution", { executionArn });
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "[1,2,3]" });
    expect((await mapRun(executionArn)).redriveCount).toBe(2);
  });

  test("as many are redriven at once as may run; the others are pending redrive, after a crash too", async () => {
    const { arn, bad, host, start, ended, mapRun, states, settle, restart } = await open(
      "STANDARD",
      { ToleratedFailurePercentage: 50 },
    );
    for (const item of [1, 2, 3, 4]) {
      bad.add(item);
    }
    const executionArn = await start(arn, [1, 2, 3, 4]);
    await ended(executionArn);
    await settle();
    const { mapRunArn } = await mapRun(executionArn);
    await states("UpdateMapRun", { mapRunArn, maxConcurrency: 1 });
    bad.clear();
    host.script("work", () => new Promise(() => {}));
    await states("RedriveExecution", { executionArn });
    await settle();
    expect((await mapRun(executionArn)).executionCounts).toMatchObject({
      running: 1,
      pendingRedrive: 3,
      pending: 0,
      failed: 0,
    });
    host.script("work", (item) => item);
    await restart();
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "[1,2,3,4]" });
  });

  test("an execution that can no longer be redriven keeps its failure", async () => {
    const { arn, bad, clock, start, ended, mapRun, states, settle } = await open("STANDARD", {
      ToleratedFailureCount: 1,
      MaxConcurrency: 1,
    });
    bad.add(1).add(3);
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    fixture.host.script("before", async (item) => {
      await (item === 2 ? slow : undefined);
      return item;
    });
    const executionArn = await start(arn, [1, 2, 3]);
    await settle();
    await clock.advance(15 * 86_400_000);
    goOn();
    expect((await ended(executionArn)).status).toBe("FAILED");
    await settle();
    bad.clear();
    await states("RedriveExecution", { executionArn });
    const ending = await ended(executionArn);
    expect(JSON.parse(ending.output ?? "[]")).toMatchObject([{ Status: "FAILED" }, 2, 3]);
    expect((await mapRun(executionArn)).executionCounts).toMatchObject({
      succeeded: 2,
      failed: 1,
      failuresNotRedrivable: 1,
    });
  });

  test("items that could not be read are read anew; one stopped goes on with what was stopped", async () => {
    const { arn, start, ended, mapRun, states, call, settle, host } = await open("STANDARD", {
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Parameters: { Bucket: "data", Key: "items.json" },
        ReaderConfig: { InputType: "JSON" },
      },
    });
    const executionArn = await start(arn);
    expect(await ended(executionArn)).toMatchObject({ error: "States.ItemReaderFailed" });
    await call("s3", "CreateBucket", { Bucket: "data" });
    const Body = [Buffer.from("[5,6]")] as never;
    await call("s3", "PutObject", { Bucket: "data", Key: "items.json", Body });
    host.script("work", () => new Promise(() => {}));
    await states("RedriveExecution", { executionArn });
    await settle();
    expect((await mapRun(executionArn)).executionCounts).toMatchObject({ running: 2 });
    await states("StopExecution", { executionArn });
    host.script("work", (item) => item);
    await states("RedriveExecution", { executionArn });
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "[5,6]" });
    expect(await mapRun(executionArn)).toMatchObject({
      redriveCount: 2,
      executionCounts: { total: 2, succeeded: 2, aborted: 0 },
    });
  });

  test.each(["STANDARD", "EXPRESS"] as const)(
    "crashes on the way of a redrive: %s executions that failed run to their end, others not again",
    async (type) => {
      const { arn, bad, seen, start, ended, mapRun, states, settle, restart } = await open(type, {
        ToleratedFailureCount: 2,
        MaxConcurrency: 2,
      });
      const items = [1, 2, 3, 4, 5, 6];
      for (const item of [1, 3, 5]) {
        bad.add(item);
      }
      const executionArn = await start(arn, items);
      await ended(executionArn);
      await settle();
      const { executionCounts } = await mapRun(executionArn);
      const { succeeded = 0 } = executionCounts ?? {};
      const done = items.filter((item) => !bad.has(item)).slice(0, succeeded);
      bad.clear();
      seen.length = 0;
      await states("RedriveExecution", { executionArn });
      for (let turns = 1; turns < 12; turns += 1) {
        for (let turn = 0; turn < turns; turn += 1) {
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        await restart();
      }
      expect(await ended(executionArn)).toMatchObject({
        status: "SUCCEEDED",
        output: JSON.stringify(items),
      });
      expect(done.filter((item) => seen.includes(`work${item}`))).toEqual([]);
      expect((await mapRun(executionArn)).executionCounts).toMatchObject({
        ...{ total: 6, succeeded: 6, running: 0, failed: 0, pendingRedrive: 0, pending: 0 },
      });
    },
  );

  test("a result that is too large begins a run anew", async () => {
    const { arn, host, start, ended, states, settle } = await open("STANDARD");
    host.script("work", () => "x".repeat(150_000));
    const executionArn = await start(arn, [1, 2]);
    expect(await ended(executionArn)).toMatchObject({ error: "States.DataLimitExceeded" });
    host.script("work", (item) => item);
    await states("RedriveExecution", { executionArn });
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "[1,2]" });
    await settle();
    expect((await states("ListMapRuns", { executionArn })).mapRuns).toHaveLength(2);
  });
});
