import { describe, expect, test } from "vitest";
import type { Json } from "./data/scope.ts";
import { definitionErrorText } from "./diagnostic.ts";
import { validateDefinition } from "./validate.ts";

const PASS = { Type: "Pass", End: true };

function found(definition: Json): readonly string[] {
  return validateDefinition(JSON.stringify(definition)).diagnostics.map(
    ({ code, message, location }) => `${code}: ${message} at ${location}`,
  );
}

function foundIn(state: Json, more: { readonly [name: string]: Json } = {}): readonly string[] {
  return found({ StartAt: "A", States: { A: state }, ...more });
}

describe("definitions", () => {
  test("a good one has no diagnostics", () => {
    expect(foundIn(PASS)).toEqual([]);
  });

  test("the error's text is AWS's: targets that are missing, states that are not reached", () => {
    const { diagnostics } = validateDefinition(
      JSON.stringify({
        StartAt: "pass1",
        States: { pass1: { Type: "Pass", Next: "pass3" }, pass2: PASS },
      }),
    );
    expect(definitionErrorText(diagnostics)).toBe(
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 " +
        'at /States/pass1/Next, MISSING_TRANSITION_TARGET: State "pass2" is not reachable. ' +
        "at /States/pass2'",
    );
  });

  test("a machine that never ends is said to be so, and not searched further", () => {
    const { diagnostics } = validateDefinition(
      JSON.stringify({
        StartAt: "A",
        States: {
          A: { Type: "Pass", Next: "B" },
          B: { Type: "Pass", Next: "A" },
          C: { Type: "Pass", Next: "A" },
        },
      }),
    );
    expect(definitionErrorText(diagnostics)).toBe(
      "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });

  test("a dangling target and a missing end are both named", () => {
    expect(foundIn({ Type: "Pass", Next: "NOPE" })).toEqual([
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next",
      "MISSING_END_STATE: Workflow has no terminal state at undefined",
    ]);
  });

  test("targets of choices, defaults and catchers are found at their own place", () => {
    const rule = { Variable: "$.x", IsPresent: true };
    expect(
      foundIn({ Type: "Choice", Choices: [{ ...rule, Next: "X" }], Default: "Y" }).slice(0, 2),
    ).toEqual([
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/A/Default",
    ]);
    const Resource = "arn:aws:states:::sqs:sendMessage";
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "X" }];
    expect(foundIn({ Type: "Task", Resource, Catch, End: true })).toEqual([
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Catch[0]/Next",
    ]);
  });

  test("fields that a type of state does not have are refused at the state", () => {
    for (const Type of ["Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel", "Map"]) {
      expect(foundIn({ Type, TimeoutSeconds: 1 })).toContain(
        "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A",
      );
    }
    for (const Type of ["Pass", "Wait", "Choice", "Succeed", "Fail"]) {
      expect(foundIn({ Type, Catch: [], Retry: [] })).toEqual(
        expect.arrayContaining([
          "SCHEMA_VALIDATION_FAILED: Field 'Catch' is not supported at /States/A",
          "SCHEMA_VALIDATION_FAILED: Field 'Retry' is not supported at /States/A",
        ]),
      );
    }
  });

  test("each language has its fields", () => {
    expect(foundIn({ ...PASS, Output: {} })).toEqual([
      "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is " +
        "only supported for the 'JSONata' QueryLanguage at /States/A",
    ]);
    expect(foundIn({ ...PASS, ResultPath: "$" }, { QueryLanguage: "JSONata" })).toHaveLength(1);
    expect(foundIn({ ...PASS, QueryLanguage: "JSONPath" }, { QueryLanguage: "JSONata" })).toEqual([
      "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for " +
        "whole state machine at /States/A",
    ]);
  });

  test("states of an item processor have the language of the machine, not of the Map", () => {
    const ItemProcessor = { StartAt: "P", States: { P: { ...PASS, Output: {} } } };
    const map = { Type: "Map", QueryLanguage: "JSONata", ItemProcessor, End: true };
    expect(foundIn(map)[0]).toContain("at /States/A/ItemProcessor/States/P");
    expect(
      foundIn({ ...map, ItemProcessor: { ...ItemProcessor, QueryLanguage: "JSONata" } }),
    ).toContain(
      "SCHEMA_VALIDATION_FAILED: Field 'QueryLanguage' is not supported at /States/A/ItemProcessor",
    );
  });

  test("JSONata is parsed", () => {
    expect(foundIn({ ...PASS, Output: "{% 1 + %}" }, { QueryLanguage: "JSONata" })).toEqual([
      "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output",
    ]);
  });

  test("a name stands once in the whole definition", () => {
    const Branches = [{ StartAt: "A", States: { A: PASS } }];
    expect(foundIn({ Type: "Parallel", Branches, End: true })[0]).toContain("DUPLICATE_STATE_NAME");
  });

  test("what is no JSON, or no object, is said to be so", () => {
    expect(validateDefinition("{").diagnostics[0]?.code).toBe("INVALID_JSON_DESCRIPTION");
    expect(validateDefinition("[]").diagnostics[0]?.code).toBe("MISSING_DESCRIPTION");
  });

  test("paths that will not be read are warned of", () => {
    expect(foundIn({ ...PASS, Parameters: { a: "$.b" } })[0]).toContain("NO_DOLLAR");
    expect(foundIn({ ...PASS, Result: { "a.$": "$.b" } })[0]).toContain("PASS_RESULT_IS_STATIC");
  });

  test("what is required, and what excludes each other", () => {
    const missing = "SCHEMA_VALIDATION_FAILED: One of these fields is required";
    expect(foundIn({ Type: "Wait", End: true })[0]).toContain(missing);
    expect(foundIn({ Type: "Pass" })[0]).toContain(missing);
    expect(foundIn({ Type: "Wait", Seconds: 1, SecondsPath: "$.s", End: true })[0]).toContain(
      "Only one of these fields is allowed: [Seconds, SecondsPath]",
    );
    expect(foundIn({ Type: "Parallel", End: true })[0]).toContain("[Branches]");
    expect(foundIn({ Type: "Nothing" })[0]).toContain("/States/A/Type");
  });

  test("variables have names", () => {
    for (const name of ["1a", "a b", "", "states"]) {
      expect(foundIn({ ...PASS, Assign: { [name]: 1 } })).toEqual([
        `SCHEMA_VALIDATION_FAILED: '${name}' is not a valid variable name at /States/A/Assign`,
      ]);
    }
    expect(foundIn({ ...PASS, Assign: { "größe.$": "$.a", _b2: 1 } })).toEqual([]);
  });

  test("deep nesting is refused, not a crash", () => {
    let state: Json = PASS;
    for (let depth = 0; depth < 200; depth += 1) {
      const inner: Json = { StartAt: `S${depth}`, States: { [`S${depth}`]: state } };
      state = { Type: "Parallel", End: true, Branches: [inner] };
    }
    expect(foundIn(state).join()).toContain("TOO_DEEPLY_NESTED");
  });

  test("a Wait of no seconds is one; a distributed Map says what its items run as", () => {
    expect(foundIn({ Type: "Wait", Seconds: 0, End: true })).toEqual([]);
    expect(foundIn({ Type: "Wait", Seconds: -1, End: true })[0]).toContain("/States/A/Seconds");
    const map = (ProcessorConfig: Json, more: { readonly [name: string]: Json } = {}): Json => ({
      Type: "Map",
      ItemProcessor: { ProcessorConfig, StartAt: "P", States: { P: PASS } },
      End: true,
      ...more,
    });
    const at = "/States/A/ItemProcessor/ProcessorConfig";
    expect(foundIn(map({ Mode: "DISTRIBUTED" }))).toEqual([
      `SCHEMA_VALIDATION_FAILED: These fields are required: [ExecutionType] at ${at}`,
    ]);
    expect(foundIn(map({ Mode: "OTHER" }))).toEqual([
      `SCHEMA_VALIDATION_FAILED: Value must be one of: [DISTRIBUTED, INLINE] at ${at}/Mode`,
    ]);
    const distributed = { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" };
    expect(foundIn(map(distributed))).toEqual([]);
    expect(foundIn(map(distributed, { Label: "x".repeat(41) }))[0]).toContain("/States/A/Label");
  });

  test("the parts of a distributed Map have their fields, too", () => {
    const map = (more: { readonly [name: string]: Json }): Json => ({
      Type: "Map",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        StartAt: "P",
        States: { P: PASS },
      },
      End: true,
      ...more,
    });
    const Resource = "arn:aws:states:::s3:getObject";
    const good = {
      ItemReader: {
        Resource,
        Parameters: { Bucket: "b", "Key.$": "$.key" },
        ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a"] },
      },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "x.$": "$.x" } },
      ResultWriter: { WriterConfig: { OutputType: "JSON", Transformation: "COMPACT" } },
    };
    expect(foundIn(map(good))).toEqual([]);
    const bad: readonly (readonly [{ readonly [name: string]: Json }, string])[] = [
      [
        { ItemReader: { Resource, Params: {} } },
        "'Params' is not supported at /States/A/ItemReader",
      ],
      [
        { ItemReader: { Resource, ReaderConfig: { MaxItem: 1 } } },
        "'MaxItem' is not supported at /States/A/ItemReader/ReaderConfig",
      ],
      [{ ItemReader: { Resource, Arguments: {} } }, "'Arguments' is only supported"],
      [{ ItemBatcher: { MaxItemsPerBatch: 0 } }, "/States/A/ItemBatcher/MaxItemsPerBatch"],
      [{ ResultWriter: { WriterConfig: { Format: "X" } } }, "/States/A/ResultWriter/WriterConfig"],
    ];
    for (const [more, expected] of bad) {
      expect(foundIn(map(more)).join()).toContain(expected);
    }
  });
});
