/** Runs the cases of `cases/*.json`, each file of which says where its truth comes from. */
import { describe, expect, test } from "vitest";
import choiceRules from "./cases/choice-rules.json" with { type: "json" };
import intrinsics from "./cases/intrinsics.json" with { type: "json" };
import jsonata from "./cases/jsonata.json" with { type: "json" };
import paths from "./cases/paths.json" with { type: "json" };
import resultPaths from "./cases/result-paths.json" with { type: "json" };
import templates from "./cases/templates.json" with { type: "json" };
import { choiceRule } from "./choice-rule.ts";
import { DataError, type DataErrorName } from "./data-error.ts";
import { evaluateJsonata } from "./jsonata.ts";
import { pathProblem, readPath, writePath } from "./paths.ts";
import { fillTemplate, templateProblems } from "./payload-template.ts";
import type { Json, Scope } from "./scope.ts";

function scopeOf(file: object): Scope {
  return {
    input: null,
    context: {},
    variables: {},
    chance: {
      uuid: () => "00000000-0000-4000-8000-000000000000",
      random: () => 0.5,
      nowMs: Date.parse("2024-05-06T07:08:09.010Z"),
    },
    ...(file as Partial<Scope>),
  };
}

function failureOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error("it did not fail");
}

function expectFailure(run: () => unknown, name: DataErrorName, message: unknown): void {
  expect(failureOf(run)).toMatchObject({ name, message });
}

interface Case {
  readonly result?: Json;
  readonly fails?: string;
  /** The name of a member that has to be one of the result's own. */
  readonly own?: string;
}

interface PathCase extends Case {
  readonly path: string;
  readonly anyOrder?: boolean;
  readonly missing?: string;
  readonly invalid?: boolean;
}

describe("readPath", () => {
  const scope = scopeOf(paths);
  test.each(paths.cases as readonly PathCase[])("path: $path", (example) => {
    const { path, missing, fails, invalid } = example;
    const run = (): Json => readPath(path, scope);
    expect(pathProblem(path, "path") !== undefined).toBe(invalid === true);
    if (invalid === true) {
      expectFailure(run, "States.Runtime", expect.stringContaining(`Invalid path '${path}' : `));
    } else if (missing !== undefined) {
      expectFailure(run, "States.Runtime", `Invalid path '${path}' : ${missing}`);
    } else if (fails !== undefined) {
      expectFailure(run, "States.Runtime", fails);
    } else if (example.anyOrder === true) {
      expect([...(run() as readonly Json[])].sort()).toEqual(
        [...(example.result as Json[])].sort(),
      );
    } else {
      expect(run()).toEqual(example.result);
    }
  });
});

interface IntrinsicCase extends Omit<Case, "fails"> {
  readonly call: string;
  readonly fails?: boolean;
  readonly missing?: string;
  readonly invalid?: boolean;
}

describe("intrinsic functions", () => {
  const scope = scopeOf(intrinsics);
  test.each(intrinsics.cases as unknown as readonly IntrinsicCase[])("intrinsic: $call", (it) => {
    const run = (): Json => readPath(it.call, scope);
    expect(pathProblem(it.call, "value") !== undefined).toBe(it.invalid === true);
    if (it.invalid === true) {
      expectFailure(run, "States.Runtime", expect.stringContaining(`'${it.call}'`));
    } else if (it.missing !== undefined) {
      expectFailure(run, "States.Runtime", expect.stringContaining(it.missing));
    } else if (it.fails === true) {
      const message = expect.stringMatching(/^The function 'States\..* had the following error: ./);
      expectFailure(run, "States.IntrinsicFailure", message);
    } else {
      expect(run()).toEqual(it.result);
    }
  });
});

interface ResultPathCase extends Case {
  readonly path: string;
  readonly document: Json;
}

describe("writePath", () => {
  const { value } = resultPaths;
  test.each(resultPaths.cases as unknown as readonly ResultPathCase[])(
    "result path: $path into $document",
    ({ path, document, result, fails, own }) => {
      const before = JSON.stringify(document);
      const run = (): Json => writePath(path, document, value);
      if (fails !== undefined) {
        expectFailure(run, "States.ResultPathMatchFailure", fails);
      } else if (own !== undefined) {
        expect(Object.keys(run() as object)).toEqual([own]);
        expect(Reflect.get({}, "polluted")).toBeUndefined();
      } else {
        expect(run()).toEqual(result);
      }
      expect(JSON.stringify(document)).toBe(before);
    },
  );
});

interface TemplateCase extends Case {
  readonly template: Json;
  readonly problem?: object;
}

describe("fillTemplate", () => {
  const scope = scopeOf(templates);
  test.each(templates.cases as unknown as readonly TemplateCase[])(
    "template: $template",
    ({ template, result, fails, problem }) => {
      const problems = templateProblems(template, "/States/P/Parameters");
      expect(problems).toEqual(problem === undefined ? [] : [problem]);
      if (problem !== undefined) {
        return;
      }
      const run = (): Json => fillTemplate(template, scope);
      if (fails !== undefined) {
        expectFailure(run, "States.Runtime", fails);
      } else {
        expect(run()).toEqual(result);
        expect(run()).toEqual(result);
      }
    },
  );
});

test("template: no path applies to a null input", () => {
  // AWS's cause, quoted with its definition in
  // https://cplus-django.wekeepcoding.com/article/12193469/AWS+Step+function+parameters+are+not+moving+to+the+next+step
  const scope = scopeOf({ input: null, variables: { v: 1 } });
  const message = "Unable to apply Path transformation to null or empty input.";
  expectFailure(() => fillTemplate({ "Input.$": "$" }, scope), "States.Runtime", message);
  expectFailure(() => readPath("$.a", scope, "InputPath"), "States.Runtime", message);
  expect(fillTemplate({ "v.$": "$v" }, scope)).toEqual({ v: 1 });
});

interface RuleCase extends Case {
  readonly rule: Json;
}

describe("choiceRule", () => {
  const scope = scopeOf(choiceRules);
  test.each(choiceRules.cases as unknown as readonly RuleCase[])("choice: $rule", (example) => {
    const run = (): boolean => choiceRule(example.rule, scope);
    if (example.fails !== undefined) {
      expectFailure(run, "States.Runtime", example.fails);
    } else {
      expect(run()).toBe(example.result);
    }
  });
});

interface JsonataCase extends Case {
  readonly value: Json;
  readonly field?: string;
  readonly location?: string;
}

describe("evaluateJsonata", () => {
  const scope = scopeOf(jsonata);
  test.each(jsonata.cases as unknown as readonly JsonataCase[])("jsonata: $value", async (it) => {
    const run = async (): Promise<Json> => evaluateJsonata(it.value, scope, it.field);
    if (it.fails === undefined) {
      expect(await run()).toEqual(it.result);
    } else {
      await expect(run()).rejects.toMatchObject({
        name: "States.QueryEvaluationError",
        message: it.fails,
        location: it.location,
      });
    }
  });

  test.each(jsonata.bounded)("jsonata: is bounded: %s", async (expression) => {
    const run = async (): Promise<Json> => evaluateJsonata(`{% ${expression} %}`, scope, "Output");
    await expect(run()).rejects.toMatchObject({
      name: "States.QueryEvaluationError",
      message: expect.stringContaining("threw an error during evaluation: "),
    });
  });
});
