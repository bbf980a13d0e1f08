import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

const PASS = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
const wait = (Seconds: number) => ({
  StartAt: "W",
  States: { W: { Type: "Wait", Seconds, Next: "P" }, P: { Type: "Pass", End: true } },
});

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

describe("executions", () => {
  test("start: states that need nothing from outside are done with it", async () => {
    const { machine, start, states } = await open();
    const arn = await machine("m", PASS);
    const executionArn = await start(arn, { x: 1 }, "e");
    expect(executionArn).toBe("arn:aws:states:us-east-1:000000000000:execution:m:e");
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "SUCCEEDED",
      stateMachineArn: arn,
      name: "e",
      input: '{"x":1}',
      output: '{"x":1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
    });
    const { events } = await states("GetExecutionHistory", { executionArn });
    expect(events.map((event) => JSON.parse(JSON.stringify(event)))).toEqual([
      expect.objectContaining({
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        executionStartedEventDetails: {
          input: '{"x":1}',
          inputDetails: { truncated: false },
          roleArn: "arn:aws:iam::000000000000:role/orders",
        },
      }),
      expect.objectContaining({
        type: "PassStateEntered",
        stateEnteredEventDetails: {
          name: "A",
          input: '{"x":1}',
          inputDetails: { truncated: false },
        },
      }),
      expect.objectContaining({ type: "PassStateExited" }),
      expect.objectContaining({
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: {
          output: '{"x":1}',
          outputDetails: { truncated: false },
        },
      }),
    ]);
  });

  test("start: the same name and input is the same execution while it runs", async () => {
    const { machine, states, refused, start } = await open();
    const arn = await machine("m", wait(60));
    const first = await start(arn, {}, "e");
    expect(await start(arn, {}, "e")).toBe(first);
    const input = { stateMachineArn: arn, name: "e", input: '{"other":1}' };
    expect(await refused("StartExecution", input)).toEqual({
      code: "ExecutionAlreadyExists",
      message: `Execution Already Exists: '${first}'`,
    });
    await states("StopExecution", { executionArn: first });
    expect((await refused("StartExecution", { ...input, input: "{}" })).code).toBe(
      "ExecutionAlreadyExists",
    );
  });

  test("start: what is no JSON, no name, no machine", async () => {
    const { machine, refused } = await open();
    const stateMachineArn = await machine("m", PASS);
    expect((await refused("StartExecution", { stateMachineArn, input: "{" })).code).toBe(
      "InvalidExecutionInput",
    );
    expect(await refused("StartExecution", { stateMachineArn, name: "a b" })).toEqual({
      code: "InvalidName",
      message: "Invalid Name: 'a b'",
    });
    expect(await refused("StartExecution", { stateMachineArn: `${stateMachineArn}x` })).toEqual({
      code: "StateMachineDoesNotExist",
      message: `State Machine Does Not Exist: '${stateMachineArn}x'`,
    });
    expect((await refused("StartExecution", { stateMachineArn: "nothing" })).code).toBe(
      "InvalidArn",
    );
  });

  test("wait: goes on by the engine's clock, also after a crash", async () => {
    const { machine, start, states, clock, settle, restart, types } = await open();
    const executionArn = await start(await machine("m", wait(3_600)));
    await clock.advance(3_599_000);
    await restart();
    await settle();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("RUNNING");
    await clock.advance(1_000);
    await settle();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("SUCCEEDED");
    expect(await types(executionArn)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("update: executions that run keep their definition", async () => {
    const { machine, start, states, clock, settle } = await open();
    const arn = await machine("m", wait(10));
    const executionArn = await start(arn);
    const changed = { StartAt: "A", States: { A: { Type: "Fail" } } };
    const { revisionId } = await states("UpdateStateMachine", {
      stateMachineArn: arn,
      definition: JSON.stringify(changed),
    });
    await clock.advance(10_000);
    await settle();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("SUCCEEDED");
    const described = await states("DescribeStateMachineForExecution", { executionArn });
    expect(JSON.parse(described.definition)).toEqual(wait(10));
    const now = await states("DescribeStateMachine", { stateMachineArn: arn });
    expect(now).toMatchObject({ definition: JSON.stringify(changed), revisionId });
  });

  test("stop and redrive", async () => {
    const { machine, start, states, refused, ended, types } = await open();
    const executionArn = await start(await machine("m", wait(5)));
    const stopped = await states("StopExecution", { executionArn, error: "E", cause: "c" });
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "ABORTED",
      error: "E",
      cause: "c",
      stopDate: stopped.stopDate,
      redriveStatus: "REDRIVABLE",
    });
    const { redriveDate } = await states("RedriveExecution", { executionArn, clientToken: "t" });
    expect(
      (await states("RedriveExecution", { executionArn, clientToken: "t" })).redriveDate,
    ).toEqual(redriveDate);
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", redriveCount: 1 });
    expect((await types(executionArn)).slice(1, 5)).toEqual([
      "WaitStateEntered",
      "ExecutionAborted",
      "ExecutionRedriven",
      "WaitStateEntered",
    ]);
    expect((await refused("RedriveExecution", { executionArn })).code).toBe(
      "ExecutionNotRedrivable",
    );
  });

  test("list: the youngest first, in pages, by status", async () => {
    const { machine, start, states, clock } = await open();
    const arn = await machine("m", PASS);
    const running = await machine("w", wait(60));
    for (const name of ["a", "b", "c"]) {
      await start(arn, {}, name);
      await clock.advance(1_000);
    }
    const first = await states("ListExecutions", { stateMachineArn: arn, maxResults: 2 });
    expect(first.executions.map(({ name }) => name)).toEqual(["c", "b"]);
    const { nextToken = "" } = first;
    const second = await states("ListExecutions", {
      stateMachineArn: arn,
      maxResults: 2,
      nextToken,
    });
    expect(second.executions.map(({ name }) => name)).toEqual(["a"]);
    expect(second.nextToken).toBeUndefined();
    await start(running, {}, "r");
    const of = async (statusFilter: string) =>
      (await states("ListExecutions", { stateMachineArn: running, statusFilter })).executions
        .length;
    expect([await of("RUNNING"), await of("SUCCEEDED")]).toEqual([1, 0]);
  });

  test("history: pages, backwards, without data", async () => {
    const { machine, start, states } = await open();
    const executionArn = await start(await machine("m", PASS));
    const first = await states("GetExecutionHistory", { executionArn, maxResults: 3 });
    expect(first.events.map(({ id }) => id)).toEqual([1, 2, 3]);
    const { nextToken = "" } = first;
    const second = await states("GetExecutionHistory", { executionArn, maxResults: 3, nextToken });
    expect(second.events.map(({ id }) => id)).toEqual([4]);
    const back = await states("GetExecutionHistory", {
      executionArn,
      maxResults: 3,
      reverseOrder: true,
      includeExecutionData: false,
    });
    expect(back.events.map(({ id }) => id)).toEqual([4, 3, 2]);
    expect(back.events[0]?.executionSucceededEventDetails).toEqual({});
    const rest = await states("GetExecutionHistory", {
      executionArn,
      reverseOrder: true,
      nextToken: back.nextToken ?? "",
    });
    expect(rest.events.map(({ id }) => id)).toEqual([1]);
  });

  test("delete: executions that run are ended, then all is gone", async () => {
    const { machine, start, states, clock, settle, refused } = await open();
    const stateMachineArn = await machine("m", wait(600));
    const executionArn = await start(stateMachineArn);
    await states("DeleteStateMachine", { stateMachineArn });
    expect((await states("DescribeStateMachine", { stateMachineArn })).status).toBe("DELETING");
    expect((await refused("StartExecution", { stateMachineArn })).code).toBe(
      "StateMachineDeleting",
    );
    await settle();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("ABORTED");
    await clock.advance(1_000);
    await settle();
    await clock.advance(1_000);
    await settle();
    expect((await refused("DescribeStateMachine", { stateMachineArn })).code).toBe(
      "StateMachineDoesNotExist",
    );
    expect((await refused("DescribeExecution", { executionArn })).code).toBe(
      "ExecutionDoesNotExist",
    );
  });

  test("expiry: a closed execution is kept for 90 days", async () => {
    const { machine, start, states, clock, settle, refused } = await open();
    const executionArn = await start(await machine("m", PASS));
    await clock.advance(90 * 86_400_000 - 1);
    await settle();
    await states("DescribeExecution", { executionArn });
    await clock.advance(1);
    await settle();
    expect((await refused("DescribeExecution", { executionArn })).code).toBe(
      "ExecutionDoesNotExist",
    );
  });

  test("a loop is stepped in pieces, up to the last event it may have", async () => {
    const { machine, start, ended, states } = await open();
    const executionArn = await start(
      await machine("m", {
        StartAt: "L",
        States: {
          L: {
            Type: "Choice",
            Choices: [{ Variable: "$.x", IsPresent: true, Next: "E" }],
            Default: "L",
          },
          E: { Type: "Succeed" },
        },
      }),
    );
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
    const { events } = await states("GetExecutionHistory", {
      executionArn,
      reverseOrder: true,
      maxResults: 2,
    });
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [25_000, "ExecutionFailed"],
      [24_999, "ChoiceStateExited"],
    ]);
  });
});
