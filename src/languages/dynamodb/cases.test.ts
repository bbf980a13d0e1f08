/** Runs the cases of `cases/*.json`, each of which says where its truth comes from. */
import { describe, expect, test } from "vitest";
import { applyUpdate } from "./apply-update.ts";
import type { Attributes, AttributeValue } from "./attribute-value.ts";
import { Bindings, type Names } from "./bindings.ts";
import conditions from "./cases/conditions.json" with { type: "json" };
import keyConditions from "./cases/key-conditions.json" with { type: "json" };
import projections from "./cases/projections.json" with { type: "json" };
import updates from "./cases/updates.json" with { type: "json" };
import { createExpressionCompiler } from "./compile.ts";
import { fulfils } from "./evaluate.ts";
import { ExpressionError } from "./expression-error.ts";
import type { KeyTest } from "./key-condition.ts";
import { project } from "./projection.ts";

interface Case {
  readonly text: string;
  readonly result?: unknown;
  /** What is wrong with the text, without the name of the parameter. */
  readonly error?: string;
  /** The same, where AWS does not name the parameter. */
  readonly bare?: string;
  /** What goes wrong with the item. */
  readonly fails?: string;
}

const compiler = createExpressionCompiler();

function bindingsFor(file: { names?: object; values?: object }): Bindings {
  return new Bindings(file.names as Names, file.values as unknown as Attributes);
}

function expectError(parameter: string, { error, bare, fails }: Case, run: () => unknown): void {
  expect(run).toThrow(new ExpressionError(bare ?? fails ?? `Invalid ${parameter}: ${error}`));
}

const isError = ({ error, bare, fails }: Case): boolean => (error ?? bare ?? fails) !== undefined;

describe("conditions", () => {
  const item = conditions.item as unknown as Attributes;
  test.each(conditions.cases as readonly Case[])("condition: $text", (example) => {
    const run = (): boolean =>
      fulfils(
        item,
        compiler.condition("ConditionExpression", example.text, bindingsFor(conditions)),
      );
    if (isError(example)) {
      expectError("ConditionExpression", example, run);
    } else {
      expect(run()).toBe(example.result);
    }
  });
});

describe("updates", () => {
  const item = updates.item as unknown as Attributes;
  test.each(updates.cases as unknown as readonly Case[])("update: $text", (example) => {
    const before = JSON.stringify(item);
    const run = (): Attributes =>
      applyUpdate(item, compiler.update(example.text, bindingsFor(updates)));
    if (isError(example)) {
      expectError("UpdateExpression", example, run);
    } else {
      const merged = { ...item, ...(example.result as Attributes) };
      const expected = Object.entries(merged).filter(([, value]) => value !== null);
      expect(run()).toEqual(Object.fromEntries(expected));
    }
    expect(JSON.stringify(item)).toBe(before);
  });
});

describe("projections", () => {
  const item = projections.item as unknown as Attributes;
  test.each(projections.cases as readonly Case[])("projection: $text", (example) => {
    const run = (): Attributes =>
      project(item, compiler.projection(example.text, bindingsFor(projections)));
    if (isError(example)) {
      expectError("ProjectionExpression", example, run);
    } else {
      expect(run()).toEqual(example.result);
    }
  });
});

describe("key conditions", () => {
  test.each(keyConditions.cases as readonly Case[])("key condition: $text", (example) => {
    const run = (): readonly string[] => {
      const bound = compiler.keyCondition(example.text, bindingsFor(keyConditions));
      return [...bound].map(([name, keyTest]) => `${name} ${describeTest(keyTest)}`);
    };
    if (isError(example)) {
      expectError("KeyConditionExpression", example, run);
    } else {
      expect(run()).toEqual(example.result);
    }
  });
});

function describeTest(keyTest: KeyTest): string {
  const text = (value: AttributeValue): string => value.S ?? value.N ?? "";
  switch (keyTest.kind) {
    case "compare":
      return `${keyTest.comparator} ${text(keyTest.value)}`;
    case "between":
      return `between ${text(keyTest.low)} ${text(keyTest.high)}`;
    case "beginsWith":
      return `beginsWith ${text(keyTest.prefix)}`;
  }
}
