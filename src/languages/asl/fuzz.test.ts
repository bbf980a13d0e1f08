/** Definitions and inputs that nobody meant: an answer, never a crash, never without an end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "./data/scope.ts";
import { hasErrors } from "./diagnostic.ts";
import { parseMachine } from "./parse.ts";
import type { ExecutionInfo, ExecutionState, StepEvent } from "./run/execution.ts";
import { NEW_EXECUTION } from "./run/new-execution.ts";
import { Payload } from "./run/payload.ts";
import { step } from "./run/step.ts";
import { STATE_FIELDS } from "./state-fields.ts";
import { validateDefinition } from "./validate.ts";

const WORDS = [
  ...["StartAt", "States", "Type", "Next", "End", "Default", "Choices", "Branches", "Result"],
  ...["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map", "A", "B"],
  ...["Variable", "StringEquals", "And", "Or", "Not", "Parameters", "a.$", "Catch", "Retry"],
  ...["ErrorEquals", "States.ALL", "ResultPath", "$.a", "$$.State", "$..*", "$[0:1]", "Seconds"],
  ...["QueryLanguage", "JSONata", "{% $states.input %}", "{% 1 + %}", "Output", "Assign"],
  ...["ItemProcessor", "ItemsPath", "States.Format('{}', $)", "__proto__", "constructor", ""],
];
const word = fc.constantFrom(...WORDS);
const leaf = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const anything: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf as fc.Arbitrary<Json>,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(word, tie("value"), { maxKeys: 5 }),
  ),
})).value;

const INFO: ExecutionInfo = {
  arn: "arn:aws:states:us-east-1:000000000000:execution:m:e",
  name: "e",
  input: Payload.ofText("{}"),
  startedMs: 0,
  roleArn: "r",
  machineArn: "m",
  machineName: "m",
  region: "us-east-1",
  redriveCount: 0,
  seed: "00112233445566778899aabbccddeeff",
  eventsMax: 2_000,
};
const STEPS_MAX = 500;

/** Tasks are answered with nothing, time flies. */
async function runToEnd(definition: JsonObject, input: Json): Promise<ExecutionState> {
  const machine = parseMachine(definition);
  const info = { ...INFO, input: Payload.ofText(JSON.stringify(input)) };
  let state = NEW_EXECUTION;
  const due: StepEvent[] = [{ kind: "start" }];
  for (let count = 0; count < STEPS_MAX && due.length > 0; count += 1) {
    const event = due.shift() as StepEvent;
    const taken = await step({ machine, info, state, event, nowMs: count * 1_000 });
    state = taken?.state ?? state;
    for (const effect of taken?.effects ?? []) {
      if (effect.kind === "wake") {
        due.push({ kind: "wake", threadId: effect.threadId, ticket: effect.wake.ticket });
      } else if (effect.kind === "continue") {
        due.push({ kind: "continue" });
      } else if (effect.kind === "task") {
        const { threadId, ticket } = effect;
        due.push({ kind: "task-succeeded", threadId, ticket, output: Payload.ofJson({}) });
      }
    }
  }
  return state;
}

describe("fuzz", () => {
  test("any JSON is judged; what is found good runs to an end", async () => {
    await fc.assert(
      fc.asyncProperty(anything, anything, async (value, input) => {
        const { definition, diagnostics } = validateDefinition(JSON.stringify(value));
        if (definition !== undefined && !hasErrors(diagnostics)) {
          expect((await runToEnd(definition, input)).status).not.toBe("RUNNING");
        }
      }),
      { numRuns: 400 },
    );
  });

  const state = fc.record(
    {
      Type: fc.constantFrom("Pass", "Wait", "Succeed", "Fail", "Choice", "Map", "Parallel"),
      Next: fc.constantFrom("A", "B", "C"),
      End: fc.constant(true),
      Result: anything,
      Parameters: anything,
      ResultPath: fc.constantFrom("$", "$.a", "$.a.b", "$.a[0]", null, "$..a"),
      OutputPath: fc.constantFrom("$", "$.a", "$..a", "$[?(@.a)]", null),
      Seconds: fc.integer({ min: 0, max: 3 }),
      Error: word,
      Choices: fc.array(
        fc.record({ Variable: word, StringEquals: word, Next: fc.constantFrom("A", "B", "C") }),
        { minLength: 1, maxLength: 2 },
      ),
      Default: fc.constantFrom("A", "B", "C"),
      ItemProcessor: fc.constant({ StartAt: "D", States: { D: { Type: "Pass", End: true } } }),
      ItemsPath: fc.constantFrom("$", "$.a"),
      Branches: fc.constant([{ StartAt: "E", States: { E: { Type: "Pass", End: true } } }]),
      Assign: anything,
    },
    { requiredKeys: ["Type"] },
  );

  /** The fields that the type has, and one way on. */
  const fitting = (given: {
    readonly Type: string;
    readonly Next?: string | undefined;
    readonly End?: true;
  }) =>
    Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => Object.hasOwn(STATE_FIELDS[given.Type] ?? {}, name))
        .filter(([name]) => name !== "End" || given.Next === undefined),
    );

  test("machines that are nearly right run to an end, or are refused", async () => {
    let good = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(state, state, state), anything, async ([A, B, C], input) => {
        const States = { A: fitting(A), B: fitting(B), C: fitting(C) };
        const together = validateDefinition(JSON.stringify({ StartAt: "A", States }));
        const ends = fitting({ ...A, Next: undefined, End: true });
        const alone = validateDefinition(JSON.stringify({ StartAt: "A", States: { A: ends } }));
        for (const each of [together, alone]) {
          if (each.definition !== undefined && !hasErrors(each.diagnostics)) {
            good += 1;
            expect((await runToEnd(each.definition, input)).status).not.toBe("RUNNING");
          }
        }
      }),
      { numRuns: 600 },
    );
    expect(good).toBeGreaterThan(50);
  });
});
