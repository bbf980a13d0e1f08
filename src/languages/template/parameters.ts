/**
 * Parameter values: what was given, or the default, held against the declaration.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
import type { ParameterDeclaration, Template } from "./template.ts";
import { isList, scalarText, TemplateError, type Value } from "./value.ts";

/** By parameter name, as text: lists joined by commas, Parameter Store types by their key. */
export type ParameterTexts = Readonly<Record<string, string>>;

const STORE_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;

export function parameterTexts(
  declarations: Template["parameters"],
  given: ParameterTexts,
): ParameterTexts {
  const unknown = Object.keys(given).filter((name) => declarations[name] === undefined);
  if (unknown.length > 0) {
    throw new TemplateError(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  }
  const texts: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, declaration] of Object.entries(declarations)) {
    const text = given[name] ?? defaultText(declaration.default);
    if (text === undefined) {
      missing.push(name);
    } else {
      checkText(name, declaration, text);
      texts[name] = text;
    }
  }
  if (missing.length > 0) {
    throw new TemplateError(`Parameters: [${missing.join(", ")}] must have values`);
  }
  return texts;
}

function defaultText(value: Value | undefined): string | undefined {
  return isList(value) ? value.map(scalarText).join(",") : scalarText(value);
}

/** The Parameter Store keys to look up, by parameter name. */
export function storeKeys(
  declarations: Template["parameters"],
  texts: ParameterTexts,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const [name, declaration] of Object.entries(declarations)) {
    const key = texts[name];
    if (key !== undefined && STORE_VALUE.test(declaration.type)) {
      keys.set(name, key);
    }
  }
  return keys;
}

/** What `Ref` gives for each parameter. `stored` has the values of Parameter Store types. */
export function parameterValues(
  declarations: Template["parameters"],
  texts: ParameterTexts,
  stored: ParameterTexts,
): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const inner = STORE_VALUE.exec(declaration.type)?.[1];
    const text = (inner === undefined ? texts[name] : stored[name]) ?? "";
    values[name] = isListType(inner ?? declaration.type) ? listOf(text) : text;
  }
  return values;
}

function isListType(type: string): boolean {
  return type === "CommaDelimitedList" || type.startsWith("List<");
}

function listOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function checkText(name: string, declaration: ParameterDeclaration, text: string): void {
  const problem = isListType(declaration.type)
    ? listOf(text)
        .map((item) => problemOf(declaration, item))
        .find(Boolean)
    : problemOf(declaration, text);
  if (problem !== undefined) {
    throw new TemplateError(
      declaration.constraintDescription === undefined
        ? `Parameter '${name}' ${problem}`
        : `Parameter '${name}' failed to satisfy constraint: ${declaration.constraintDescription}`,
    );
  }
}

function problemOf(declaration: ParameterDeclaration, text: string): string | undefined {
  const { allowedValues, allowedPattern } = declaration;
  if (/^(Number|List<Number>)$/.test(declaration.type)) {
    const problem = numberProblem(declaration, text);
    if (problem !== undefined) {
      return problem;
    }
  }
  if (allowedValues !== undefined && !allowedValues.includes(text)) {
    return `must be one of AllowedValues`;
  }
  if (allowedPattern !== undefined && !patternOf(allowedPattern).test(text)) {
    return `must match pattern ${allowedPattern}`;
  }
  if (text.length < (declaration.minLength ?? 0)) {
    return `must contain at least ${declaration.minLength} characters`;
  }
  if (text.length > (declaration.maxLength ?? Number.POSITIVE_INFINITY)) {
    return `must contain at most ${declaration.maxLength} characters`;
  }
  return undefined;
}

function numberProblem(declaration: ParameterDeclaration, text: string): string | undefined {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) {
    return "must be a number";
  }
  if (number < (declaration.minValue ?? Number.NEGATIVE_INFINITY)) {
    return `must be a number not less than ${declaration.minValue}`;
  }
  if (number > (declaration.maxValue ?? Number.POSITIVE_INFINITY)) {
    return `must be a number not greater than ${declaration.maxValue}`;
  }
  return undefined;
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "s");
  } catch {
    throw new TemplateError(
      `Template format error: AllowedPattern ${pattern} is not a regular expression Millrace can read`,
    );
  }
}
