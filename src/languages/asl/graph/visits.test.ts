import { describe, expect, test } from "vitest";
import { type MachineRunOptions, runMachine } from "../../../testing/asl-fixture.ts";
import type { Json } from "../data/scope.ts";
import { type PastEvent, statusByState, type Visit, visitsOf } from "./visits.ts";

const F = "arn:aws:lambda:us-east-1:000000000000:function:f";
const FAILS: MachineRunOptions = {
  tasks: { f: () => ({ failure: { error: "E", cause: "c" } }) },
};
const branch = (name: string, state: Json): Json => ({ StartAt: name, States: { [name]: state } });
const failing: Json = { Type: "Fail", Error: "E" };
const machine = (States: { readonly [name: string]: Json }): Json => ({
  StartAt: Object.keys(States)[0] ?? "",
  States,
});

/** The visits of a real history, as `GetExecutionHistory` answers it. */
async function visits(definition: Json, options: MachineRunOptions = {}, events = Infinity) {
  const { history } = await runMachine(definition, options);
  const past = history.map(({ id, previousEventId, type, timestampMs, details }): PastEvent => {
    const named = { name: String(details?.["name"]) };
    return {
      id,
      previousEventId,
      type,
      timestamp: new Date(timestampMs),
      ...(type.endsWith("StateEntered") && { stateEnteredEventDetails: named }),
      ...(type.endsWith("StateExited") && { stateExitedEventDetails: named }),
    };
  });
  return visitsOf(past.slice(0, events));
}

const brief = (all: readonly Visit[]): readonly string[] =>
  all.map(({ depth, name, status }) => `${"  ".repeat(depth)}${name} ${status}`);

describe("visits", () => {
  test("one after the other, with the time each took", async () => {
    const all = await visits(
      machine({ A: { Type: "Wait", Seconds: 5, Next: "B" }, B: { Type: "Succeed" } }),
    );
    expect(brief(all)).toEqual(["A succeeded", "B succeeded"]);
    expect(all.map(({ enteredMs, leftMs = 0 }) => leftMs - enteredMs)).toEqual([5_000, 0]);
    expect(all.map(({ type }) => type)).toEqual(["Wait", "Succeed"]);
  });

  test("what has not ended runs, and has no end", async () => {
    const all = await visits(machine({ A: { Type: "Wait", Seconds: 5, End: true } }), {}, 2);
    expect(all).toEqual([expect.objectContaining({ status: "running", leftMs: undefined })]);
  });

  test("a loop visits a state again", async () => {
    const again = { Variable: "$.n", NumericLessThan: 2, Next: "A" };
    const all = await visits(
      machine({
        A: { Type: "Pass", Parameters: { "n.$": "States.MathAdd($.n, 1)" }, Next: "C" },
        C: { Type: "Choice", Choices: [again], Default: "D" },
        D: { Type: "Succeed" },
      }),
      { input: { n: 0 } },
    );
    expect(brief(all)).toEqual(["A", "C", "A", "C", "D"].map((name) => `${name} succeeded`));
  });

  test("tries are counted; an error that is caught is not a failure", async () => {
    const all = await visits(
      machine({
        T: {
          Type: "Task",
          Resource: F,
          Retry: [{ ErrorEquals: ["E"], MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ["E"], Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      }),
      FAILS,
    );
    expect(brief(all)).toEqual(["T caught", "C succeeded"]);
    expect(all.map(({ tries }) => tries)).toEqual([3, 0]);
  });

  test("an execution that fails: what led to it failed, the rest was aborted", async () => {
    const all = await visits(
      machine({
        A: { Type: "Pass", Next: "P" },
        P: {
          Type: "Parallel",
          Branches: [branch("W", { Type: "Wait", Seconds: 9, End: true }), branch("X", failing)],
          End: true,
        },
      }),
    );
    expect(brief(all)).toEqual(["A succeeded", "P failed", "  W aborted", "  X failed"]);
  });

  test("a failure within that is caught outside ends what lies within", async () => {
    const all = await visits(
      machine({
        P: {
          Type: "Parallel",
          Branches: [branch("W", { Type: "Wait", Seconds: 9, End: true }), branch("X", failing)],
          Catch: [{ ErrorEquals: ["E"], Next: "C" }],
          End: true,
        },
        C: { Type: "Wait", Seconds: 5, End: true },
      }),
    );
    expect(brief(all)).toEqual(["P caught", "  W aborted", "  X failed", "C succeeded"]);
    expect(all.every(({ leftMs }) => leftMs !== undefined)).toBe(true);
  });

  test("iterations have visits of their own, and containers lie in containers", async () => {
    const item = branch("I", { Type: "Pass", End: true });
    const all = await visits(
      machine({
        P: {
          Type: "Parallel",
          Branches: [branch("M", { Type: "Map", ItemProcessor: item, End: true })],
          Next: "Z",
        },
        Z: { Type: "Succeed" },
      }),
      { input: [1, 2] as Json },
    );
    expect(brief(all)).toEqual([
      "P succeeded",
      "  M succeeded",
      "    I succeeded",
      "    I succeeded",
      "Z succeeded",
    ]);
  });
});

test("a state stands as its gravest visit; running comes before all", () => {
  const visit = (name: string, status: Visit["status"]): Visit => ({
    name,
    status,
    type: "Task",
    depth: 0,
    enteredMs: 0,
    leftMs: 0,
    tries: 1,
  });
  const all = [
    visit("A", "failed"),
    visit("A", "succeeded"),
    visit("B", "failed"),
    visit("B", "running"),
    visit("B", "caught"),
  ];
  expect([...statusByState(all)]).toEqual([
    ["A", "failed"],
    ["B", "running"],
  ]);
});
