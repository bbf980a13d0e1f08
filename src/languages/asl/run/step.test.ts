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

describe("Pass", () => {
  test("history: ids follow on, each event names the one before", async () => {
    const run = await runMachine(
      machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } }),
    );
    expect(types(run)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 PassStateEntered",
      "3<2 PassStateExited",
      "4<3 SucceedStateEntered",
      "5<4 SucceedStateExited",
      "6<5 ExecutionSucceeded",
    ]);
    expect(run).toMatchObject({ status: "SUCCEEDED", output: {} });
  });

  test("data: input path, parameters, result path and output path", async () => {
    const run = await runMachine(
      machine({
        A: {
          Type: "Pass",
          InputPath: "$.order",
          Parameters: { "total.$": "$.total", "name.$": "$$.State.Name" },
          ResultPath: "$.sum",
          OutputPath: "$.sum",
          End: true,
        },
      }),
      { input: { order: { total: 3 } } },
    );
    expect(run.output).toEqual({ total: 3, name: "A" });
  });

  test("a path that finds nothing ends the execution with States.Runtime", async () => {
    const run = await runMachine(
      machine({ A: { Type: "Pass", Parameters: { "m.$": "$.nope" }, End: true } }),
      { input: { x: "a" } },
    );
    expect(run.status).toBe("FAILED");
    expect(run.failure).toEqual({
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). The " +
        "JSONPath '$.nope' specified for the field 'm.$' could not be found in the input " +
        `'{"x":"a"}'`,
    });
    expect(types(run).at(-1)).toBe("3<2 ExecutionFailed");
  });
});

describe("variables", () => {
  test("are seen by later states and by inner scopes, and not outside of theirs", async () => {
    const run = await runMachine(
      machine({
        A: { Type: "Pass", Assign: { "a.$": "$.x" }, Next: "P" },
        P: {
          Type: "Parallel",
          Branches: [
            machine({
              In: { Type: "Pass", Assign: { b: 2 }, Next: "Out" },
              Out: { Type: "Pass", Parameters: { "a.$": "$a", "b.$": "$b" }, End: true },
            }),
          ],
          Next: "B",
        },
        B: { Type: "Pass", Parameters: { "a.$": "$a", "b.$": "$b" }, End: true },
      }),
      { input: { x: 1 } },
    );
    expect(run.status).toBe("FAILED");
    expect(run.failure?.cause).toContain("$b");
    const exit = run.history.find(({ details }) => details?.name === "Out" && "output" in details);
    expect(exit?.details?.output).toMatchObject({ text: '{"a":1,"b":2}' });
    const assigned = run.history.find(({ type }) => type === "PassStateExited");
    expect(assigned?.details?.assignedVariables).toEqual({ a: "1" });
  });
});

describe("Task", () => {
  test("history of a function", async () => {
    const run = await runMachine(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          Parameters: { "n.$": "$.n" },
          ResultSelector: { "twice.$": "$.twice" },
          ResultPath: "$.r",
          End: true,
        },
      }),
      {
        input: { n: 2 },
        tasks: { f: (input) => ({ output: { twice: (input as { n: number }).n * 2, more: 1 } }) },
      },
    );
    expect(types(run).slice(1)).toEqual([
      "2<0 TaskStateEntered",
      "3<2 LambdaFunctionScheduled",
      "4<3 LambdaFunctionStarted",
      "5<4 LambdaFunctionSucceeded",
      "6<5 TaskStateExited",
      "7<6 ExecutionSucceeded",
    ]);
    expect(run.output).toEqual({ n: 2, r: { twice: 4 } });
  });

  test("retry: delays grow, the last failure is the execution's", async () => {
    const at: number[] = [];
    const run = await runMachine(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }],
          End: true,
        },
      }),
      {
        tasks: {
          f: (_, __, nowMs) => {
            at.push(nowMs);
            return { failure: { error: "E", cause: "c" } };
          },
        },
      },
    );
    expect(at.map((ms) => ms - (at[0] ?? 0))).toEqual([0, 2_000, 8_000]);
    expect(run.failure).toEqual({ error: "E", cause: "c" });
    expect(types(run).at(-1)).toBe("12<11 ExecutionFailed");
  });

  test("catch: the error goes where ResultPath says, beside the raw input", async () => {
    const run = await runMachine(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
      { input: { x: 1 }, tasks: { f: () => ({ failure: { error: "E", cause: "c" } }) } },
    );
    expect(run.output).toEqual({ x: 1, error: { Error: "E", Cause: "c" } });
  });

  test("a catcher whose own result path fails does not catch itself", async () => {
    const run = await runMachine(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.x.y", Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
      { input: { x: 1 }, tasks: { f: () => ({ failure: { error: "E" } }) } },
    );
    expect(run.failure?.error).toBe("States.ResultPathMatchFailure");
  });

  test("timeout: at its second, catchable, without a cause", async () => {
    const run = await runMachine(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          TimeoutSeconds: 5,
          Catch: [{ ErrorEquals: ["States.Timeout"], Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
      { tasks: { f: () => "silence" } },
    );
    expect(run.elapsedMs).toBe(5_000);
    expect(run.output).toEqual({ Error: "States.Timeout" });
    expect(run.history.map(({ type }) => type)).toContain("LambdaFunctionTimedOut");
  });

  test("States.TaskFailed takes all but timeouts; States.ALL not what is too large", async () => {
    const caught = async (names: readonly string[], error: string): Promise<string> =>
      (
        await runMachine(
          machine({
            T: {
              Type: "Task",
              Resource: F,
              Catch: [{ ErrorEquals: names, Next: "C" }],
              End: true,
            },
            C: { Type: "Pass", End: true },
          }),
          { tasks: { f: () => ({ failure: { error } }) } },
        )
      ).status;
    expect(await caught(["States.TaskFailed"], "Any")).toBe("SUCCEEDED");
    expect(await caught(["States.TaskFailed"], "States.Timeout")).toBe("FAILED");
    expect(await caught(["States.ALL"], "States.DataLimitExceeded")).toBe("FAILED");
    expect(await caught(["States.ALL"], "States.Runtime")).toBe("FAILED");
    expect(await caught(["States.DataLimitExceeded"], "States.DataLimitExceeded")).toBe(
      "SUCCEEDED",
    );
  });

  test("a result above 256 KiB fails the task", async () => {
    const run = await runMachine(machine({ T: { Type: "Task", Resource: F, End: true } }), {
      tasks: { f: () => ({ output: "x".repeat(262_143) }) },
    });
    expect(run.failure).toEqual({
      error: "States.DataLimitExceeded",
      cause: `The state/task '${F}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
    const fits = await runMachine(machine({ T: { Type: "Task", Resource: F, End: true } }), {
      tasks: { f: () => ({ output: "x".repeat(262_142) }) },
    });
    expect(fits.status).toBe("SUCCEEDED");
  });
});

describe("Wait and Choice", () => {
  test("wait: for its seconds", async () => {
    const run = await runMachine(machine({ W: { Type: "Wait", SecondsPath: "$.s", End: true } }), {
      input: { s: 90 },
    });
    expect(run).toMatchObject({ status: "SUCCEEDED", elapsedMs: 90_000 });
  });

  test("choice: the first rule that holds, the default, or States.NoChoiceMatched", async () => {
    const definition = machine({
      C: {
        Type: "Choice",
        Choices: [
          { Variable: "$.n", NumericGreaterThan: 5, Next: "Big" },
          { Variable: "$.n", NumericGreaterThan: 3, Next: "Mid" },
        ],
      },
      Big: { Type: "Pass", Result: "big", End: true },
      Mid: { Type: "Pass", Result: "mid", End: true },
    });
    expect((await runMachine(definition, { input: { n: 6 } })).output).toBe("big");
    expect((await runMachine(definition, { input: { n: 4 } })).output).toBe("mid");
    expect((await runMachine(definition, { input: { n: 1 } })).failure).toEqual({
      error: "States.NoChoiceMatched",
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). Failed to " +
        "transition out of the state. The state does not point to a next state.",
    });
  });
});

describe("Fail", () => {
  test("by literal and by path", async () => {
    const run = await runMachine(
      machine({ F: { Type: "Fail", Error: "E", CausePath: "States.Format('no {}', $.what)" } }),
      { input: { what: "luck" } },
    );
    expect(run.failure).toEqual({ error: "E", cause: "no luck" });
    expect(types(run)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 FailStateEntered",
      "3<2 ExecutionFailed",
    ]);
  });
});
