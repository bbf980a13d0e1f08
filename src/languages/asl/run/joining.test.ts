import { describe, expect, test } from "vitest";
import { type MachineRun, runMachine } from "../../../testing/asl-fixture.ts";
import type { Json } from "../data/scope.ts";

const F = "arn:aws:lambda:us-east-1:000000000000:function:f";

function machine(States: { readonly [name: string]: Json }): Json {
  return { StartAt: Object.keys(States)[0] ?? "", States };
}

function types(run: MachineRun): readonly string[] {
  return run.history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

describe("Parallel", () => {
  const branch = (name: string, state: Json): Json => ({
    StartAt: name,
    States: { [name]: state },
  });

  test("outputs in the order of the branches, however they end", async () => {
    const run = await runMachine(
      machine({
        P: {
          Type: "Parallel",
          Branches: [
            branch("Slow", { Type: "Wait", Seconds: 5, End: true }),
            branch("Fast", { Type: "Pass", Result: 2, End: true }),
          ],
          End: true,
        },
      }),
    );
    expect(run).toMatchObject({ status: "SUCCEEDED", output: [{}, 2], elapsedMs: 5_000 });
    expect(types(run)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 ParallelStateEntered",
      "3<2 ParallelStateStarted",
      "4<3 WaitStateEntered",
      "5<3 PassStateEntered",
      "6<5 PassStateExited",
      "7<4 WaitStateExited",
      "8<7 ParallelStateSucceeded",
      "9<8 ParallelStateExited",
      "10<9 ExecutionSucceeded",
    ]);
  });

  test("a branch that fails stops the others and is caught by the state", async () => {
    const run = await runMachine(
      machine({
        P: {
          Type: "Parallel",
          Branches: [
            branch("W", { Type: "Wait", Seconds: 500, End: true }),
            branch("X", { Type: "Fail", Error: "E", Cause: "c" }),
          ],
          Catch: [{ ErrorEquals: ["E"], Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
    );
    expect(run).toMatchObject({ output: { Error: "E", Cause: "c" }, elapsedMs: 0 });
    expect(run.state.threads.size).toBe(0);
    expect(types(run).slice(3, 8)).toEqual([
      "4<3 WaitStateEntered",
      "5<3 FailStateEntered",
      "6<5 ParallelStateFailed",
      "7<6 ParallelStateExited",
      "8<7 PassStateEntered",
    ]);
  });

  test("an error of the definition in a branch ends the execution on the spot", async () => {
    const run = await runMachine(
      machine({
        P: {
          Type: "Parallel",
          Branches: [branch("Fast", { Type: "Pass", InputPath: "$.nope", End: true })],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
    );
    expect(types(run).at(-1)).toBe("5<4 ExecutionFailed");
  });
});

describe("Map", () => {
  const map = (state: Json, more: { readonly [name: string]: Json } = {}): Json =>
    machine({
      M: { Type: "Map", ItemProcessor: machine({ I: state }), ...more, End: true },
    });

  test("history and order of the results", async () => {
    const run = await runMachine(map({ Type: "Pass", End: true }, { MaxConcurrency: 1 }), {
      input: ["a", "b"],
    });
    expect(run.output).toEqual(["a", "b"]);
    expect(types(run)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 MapStateEntered",
      "3<2 MapStateStarted",
      "4<3 MapIterationStarted",
      "5<4 PassStateEntered",
      "6<5 PassStateExited",
      "7<6 MapIterationSucceeded",
      "8<3 MapIterationStarted",
      "9<8 PassStateEntered",
      "10<9 PassStateExited",
      "11<10 MapIterationSucceeded",
      "12<11 MapStateSucceeded",
      "13<12 MapStateExited",
      "14<13 ExecutionSucceeded",
    ]);
  });

  test("the selector sees the state's input and the item, inner states the item's index", async () => {
    const run = await runMachine(
      map(
        { Type: "Pass", Parameters: { "in.$": "$", "i.$": "$$.Map.Item.Index" }, End: true },
        {
          ItemsPath: "$.items",
          ItemSelector: { "x.$": "$.x", "v.$": "$$.Map.Item.Value" },
          ResultPath: "$.out",
        },
      ),
      { input: { x: 9, items: ["a"] } },
    );
    expect(run.output).toEqual({ x: 9, items: ["a"], out: [{ in: { x: 9, v: "a" }, i: 0 }] });
  });

  test("no items: succeeded at once", async () => {
    expect((await runMachine(map({ Type: "Pass", End: true }), { input: [] })).output).toEqual([]);
  });

  test("something else than an array", async () => {
    const run = await runMachine(map({ Type: "Pass", End: true }), { input: { a: 1 } });
    expect(run.failure?.cause).toContain('Reference path "$" must point to array.');
  });

  test("a failure aborts the other items", async () => {
    const run = await runMachine(
      machine({
        M: {
          Type: "Map",
          ItemProcessor: machine({
            C: {
              Type: "Choice",
              Choices: [{ Variable: "$", NumericEquals: 1, Next: "Bad" }],
              Default: "W",
            },
            Bad: { Type: "Fail", Error: "E" },
            W: { Type: "Wait", Seconds: 60, End: true },
          }),
          End: true,
        },
      }),
      { input: [0, 1] },
    );
    expect(run).toMatchObject({ status: "FAILED", failure: { error: "E" }, elapsedMs: 0 });
    expect(run.history.slice(-4).map(({ type }) => type)).toEqual([
      "MapIterationFailed",
      "MapIterationAborted",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });

  test("ten thousand items through 40 at a time", async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => index);
    const run = await runMachine(map({ Type: "Pass", End: true }), {
      input: items,
      eventsMax: 1_000_000,
    });
    expect(run.output).toEqual(items);
  });
});

describe("JSONata", () => {
  const jsonata = (States: { readonly [name: string]: Json }): Json => ({
    ...(machine(States) as object),
    QueryLanguage: "JSONata",
  });

  test("arguments, output, variables and conditions", async () => {
    const run = await runMachine(
      jsonata({
        T: {
          Type: "Task",
          Resource: F,
          Arguments: { n: "{% $states.input.n %}" },
          Assign: { got: "{% $states.result.m %}" },
          Output: { sum: "{% $states.result.m + $states.input.n %}" },
          Next: "C",
        },
        C: {
          Type: "Choice",
          Choices: [{ Condition: "{% $got > 5 %}", Next: "Yes" }],
          Default: "No",
        },
        Yes: { Type: "Pass", Output: { got: "{% $got %}", in: "{% $states.input %}" }, End: true },
        No: { Type: "Fail" },
      }),
      {
        input: { n: 3 },
        tasks: { f: (input) => ({ output: { m: (input as { n: number }).n * 2 } }) },
      },
    );
    expect(run.output).toEqual({ got: 6, in: { sum: 9 } });
  });

  test("a failing expression is an event, and catchable", async () => {
    const run = await runMachine(
      jsonata({
        T: {
          Type: "Task",
          Resource: F,
          Arguments: "{% $states.input.nope %}",
          Catch: [
            {
              ErrorEquals: ["States.QueryEvaluationError"],
              Output: "{% $states.errorOutput.Error %}",
              Next: "C",
            },
          ],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
    );
    expect(run.output).toBe("States.QueryEvaluationError");
    expect(types(run)[2]).toBe("3<2 EvaluationFailed");
    expect(run.history[2]?.details).toMatchObject({ state: "T", location: "Arguments" });
  });
});

describe("limits of an execution", () => {
  test("its time: TIMED_OUT, with no error of its own", async () => {
    const run = await runMachine({
      ...(machine({ W: { Type: "Wait", Seconds: 60, End: true } }) as object),
      TimeoutSeconds: 3,
    });
    expect(run).toMatchObject({ status: "TIMED_OUT", failure: {}, elapsedMs: 3_000 });
    expect(types(run).at(-1)).toBe("3<0 ExecutionTimedOut");
    expect(run.history.at(-1)?.details).toEqual({ error: "States.Timeout" });
  });

  test("its events: the last one it may have says so", async () => {
    const run = await runMachine(
      machine({
        L: {
          Type: "Choice",
          Choices: [{ Variable: "$.x", IsPresent: true, Next: "E" }],
          Default: "L",
        },
        E: { Type: "Succeed" },
      }),
      { eventsMax: 25_000 },
    );
    expect(types(run).at(-1)).toBe("25000<24999 ExecutionFailed");
    expect(run.history).toHaveLength(25_000);
    expect(run.failure).toEqual({
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
  });

  test("abort and redrive: begins again at the state that was on its way", async () => {
    const run = await runMachine(
      machine({
        A: { Type: "Pass", Next: "W" },
        W: { Type: "Wait", Seconds: 60, Next: "B" },
        B: { Type: "Pass", End: true },
      }),
      {
        events: [
          { atMs: 10_000, event: { kind: "abort", failure: { error: "Stop" } } },
          { atMs: 20_000, event: { kind: "redrive" } },
        ],
      },
    );
    expect(run).toMatchObject({ status: "SUCCEEDED", elapsedMs: 80_000 });
    expect(types(run).slice(3)).toEqual([
      "4<3 WaitStateEntered",
      "5<4 ExecutionAborted",
      "6<5 ExecutionRedriven",
      "7<6 WaitStateEntered",
      "8<7 WaitStateExited",
      "9<8 PassStateEntered",
      "10<9 PassStateExited",
      "11<10 ExecutionSucceeded",
    ]);
  });

  test("redrive: branches that failed go on, a state that failed by itself is done anew", async () => {
    const redriven = await runMachine(
      machine({
        P: {
          Type: "Parallel",
          Branches: [
            { StartAt: "Done", States: { Done: { Type: "Pass", End: true } } },
            { StartAt: "Bad", States: { Bad: { Type: "Fail", Error: "E" } } },
          ],
          End: true,
        },
      }),
      { events: [{ atMs: 10_000, event: { kind: "redrive" } }] },
    );
    expect(types(redriven).slice(-4)).toEqual([
      "9<8 ExecutionRedriven",
      "10<9 FailStateEntered",
      "11<10 ParallelStateFailed",
      "12<11 ExecutionFailed",
    ]);
    const selector = { Type: "Pass", End: true };
    const anew = await runMachine(
      machine({
        M: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: { StartAt: "I", States: { I: selector } },
          ResultSelector: { "x.$": "$[7]" },
          End: true,
        },
      }),
      {
        input: { items: [1] },
        events: [{ atMs: 10_000, event: { kind: "redrive" } }],
      },
    );
    expect(anew.status).toBe("FAILED");
    const again = types(anew).findIndex((type) => type.includes("ExecutionRedriven"));
    expect(
      types(anew)
        .slice(again + 1)
        .map((type) => type.split(" ")[1]),
    ).toEqual([
      "MapStateEntered",
      "MapStateStarted",
      "MapIterationStarted",
      "PassStateEntered",
      "PassStateExited",
      "MapIterationSucceeded",
      "MapStateSucceeded",
      "ExecutionFailed",
    ]);
  });
});
