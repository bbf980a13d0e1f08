/**
 * Intrinsic functions in values.
 *
 * Evaluation is partial: where the scope does not know a resource's reference or attribute yet,
 * the function stays in place, and so does every function around it that needs the result. The
 * same evaluator run again with a scope that knows more finishes the work.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
import { toBase64, utf8Encode } from "../../base/bytes.ts";
import { cidrBlocks } from "./cidr.ts";
import { parseSubstitution } from "./substitution.ts";
import {
  isList,
  isObject,
  scalarText,
  TemplateError,
  type Value,
  type ValueObject,
} from "./value.ts";

/** What functions can look up. `undefined` is an answer that is not known yet. */
export interface Scope {
  readonly region: string;
  readonly mappings: ValueObject;
  /** `Fn::Length`, `Fn::ToJsonString` and default values of `Fn::FindInMap` may be used. */
  readonly languageExtensions: boolean;
  ref(name: string): Value | NoValue | undefined;
  attribute(logicalId: string, name: string): Value | undefined;
  condition(name: string): boolean;
  importValue(name: string): Value | undefined;
}

/** The result of `!Ref AWS::NoValue`: its member or item disappears. */
export const NO_VALUE: unique symbol = Symbol("AWS::NoValue");
export type NoValue = typeof NO_VALUE;

type Apply = (argument: Value, scope: Scope) => Value | NoValue;

const ZONE_LETTERS = ["a", "b", "c"];

const FUNCTIONS: Readonly<Record<string, Apply>> = {
  Ref: ref,
  "Fn::Base64": base64,
  "Fn::Cidr": cidr,
  "Fn::FindInMap": findInMap,
  "Fn::GetAZs": availabilityZones,
  "Fn::GetAtt": attribute,
  "Fn::If": choose,
  "Fn::ImportValue": importValue,
  "Fn::Join": join,
  "Fn::Length": length,
  "Fn::Select": select,
  "Fn::Split": split,
  "Fn::Sub": substitute,
  "Fn::ToJsonString": toJsonString,
};

/** The name and argument of a function, when `value` is one. */
export function functionOf(
  value: Value | undefined,
): { readonly name: string; readonly argument: Value } | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) {
    return undefined;
  }
  if (name === "Ref" || name.startsWith("Fn::")) {
    return { name, argument: value[name] ?? null };
  }
  return undefined;
}

/** Whether a function is left anywhere in an evaluated value. */
export function isPending(value: Value): boolean {
  if (isList(value)) {
    return value.some(isPending);
  }
  if (!isObject(value)) {
    return false;
  }
  return functionOf(value) !== undefined || Object.values(value).some(isPending);
}

export function evaluate(value: Value, scope: Scope): Value | NoValue {
  if (isList(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(value)) {
    return value;
  }
  const called = functionOf(value);
  if (called !== undefined) {
    const apply = FUNCTIONS[called.name];
    if (apply === undefined) {
      throw new TemplateError(`Millrace does not support ${called.name} here.`);
    }
    return apply(called.argument, scope);
  }
  return evaluateObject(value, scope);
}

export function evaluateObject(value: ValueObject, scope: Scope): ValueObject {
  const members: [string, Value][] = [];
  for (const [key, item] of Object.entries(value)) {
    const result = evaluate(item, scope);
    if (result !== NO_VALUE) {
      members.push([key, result]);
    }
  }
  return Object.fromEntries(members);
}

/** An argument must have a value: `AWS::NoValue` counts as the empty text. */
function argumentValue(value: Value | undefined, scope: Scope): Value {
  const result = evaluate(value ?? null, scope);
  return result === NO_VALUE ? "" : result;
}

function ref(argument: Value, scope: Scope): Value | NoValue {
  if (typeof argument !== "string") {
    throw new TemplateError("Template error: every Ref object must have a single String value.");
  }
  return scope.ref(argument) ?? { Ref: argument };
}

function attribute(argument: Value, scope: Scope): Value {
  const path = attributePath(argument, scope);
  return scope.attribute(...path) ?? { "Fn::GetAtt": path };
}

/** The resource and the attribute a `Fn::GetAtt` names. */
export function attributePath(argument: Value, scope?: Scope): [logicalId: string, name: string] {
  const parts = typeof argument === "string" ? splitOnce(argument) : argument;
  if (isList(parts) && parts.length === 2) {
    const [logicalId, rawName] = parts;
    const name = scope && rawName !== undefined ? argumentValue(rawName, scope) : rawName;
    if (typeof logicalId === "string" && typeof name === "string" && logicalId && name) {
      return [logicalId, name];
    }
  }
  throw new TemplateError(
    "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
  );
}

function splitOnce(path: string): readonly string[] {
  const dot = path.indexOf(".");
  return dot === -1 ? [path] : [path.slice(0, dot), path.slice(dot + 1)];
}

function choose(argument: Value, scope: Scope): Value | NoValue {
  if (!isList(argument) || argument.length !== 3 || typeof argument[0] !== "string") {
    throw new TemplateError(
      "Template error: Fn::If requires a list argument with the first element being a condition",
    );
  }
  const [name, whenTrue = null, whenFalse = null] = argument;
  return evaluate(scope.condition(name) ? whenTrue : whenFalse, scope);
}

function join(argument: Value, scope: Scope): Value {
  const [delimiter, rawItems] = isList(argument) && argument.length === 2 ? argument : [];
  if (typeof delimiter !== "string" || rawItems === undefined) {
    throw joinError();
  }
  const items = argumentValue(rawItems, scope);
  if (isPending(items)) {
    return { "Fn::Join": [delimiter, items] };
  }
  if (!isList(items)) {
    throw joinError();
  }
  return items.map((item) => textOf(item, joinError)).join(delimiter);
}

function joinError(): TemplateError {
  return new TemplateError(
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
  );
}

function textOf(value: Value, error: () => TemplateError): string {
  const text = scalarText(value);
  if (text === undefined) {
    throw error();
  }
  return text;
}

/** What is known is filled in; with something unknown left, the rest is a `Fn::Join`. */
function substitute(argument: Value, scope: Scope): Value {
  const [text, variables = {}] = isList(argument) ? argument : [argument];
  if (typeof text !== "string" || !isObject(variables)) {
    throw subError();
  }
  const parts = parseSubstitution(text).map((part): Value => {
    if (part.kind === "text") {
      return part.text;
    }
    const own = variables[part.name];
    if (own !== undefined) {
      return argumentValue(own, scope);
    }
    const path = splitOnce(part.name);
    return path.length === 1
      ? argumentValue({ Ref: part.name }, scope)
      : attribute([...path], scope);
  });
  if (parts.some(isPending)) {
    return { "Fn::Join": ["", parts] };
  }
  return parts.map((part) => textOf(part, subError)).join("");
}

function subError(): TemplateError {
  return new TemplateError(
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  );
}

function select(argument: Value, scope: Scope): Value {
  const [rawIndex, rawItems] = isList(argument) && argument.length === 2 ? argument : [];
  if (rawIndex === undefined || rawItems === undefined) {
    throw new TemplateError(
      "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
    );
  }
  const [index, items] = [argumentValue(rawIndex, scope), argumentValue(rawItems, scope)];
  if (isPending(index) || (isPending(items) && !isList(items))) {
    return { "Fn::Select": [index, items] };
  }
  const item = isList(items) ? items[Number(scalarText(index))] : undefined;
  if (item === undefined) {
    throw new TemplateError(
      `Template error: Fn::Select cannot select nonexistent value at index ${scalarText(index)}`,
    );
  }
  return item;
}

function split(argument: Value, scope: Scope): Value {
  const [delimiter, rawText] = isList(argument) && argument.length === 2 ? argument : [];
  if (typeof delimiter !== "string" || delimiter === "" || rawText === undefined) {
    throw splitError();
  }
  const text = argumentValue(rawText, scope);
  if (isPending(text)) {
    return { "Fn::Split": [delimiter, text] };
  }
  return textOf(text, splitError).split(delimiter);
}

function splitError(): TemplateError {
  return new TemplateError(
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.",
  );
}

function base64(argument: Value, scope: Scope): Value {
  const text = argumentValue(argument, scope);
  if (isPending(text)) {
    return { "Fn::Base64": text };
  }
  const error = (): TemplateError =>
    new TemplateError("Template error: every Fn::Base64 object must have a String-typed value.");
  return toBase64(utf8Encode(textOf(text, error)));
}

function findInMap(argument: Value, scope: Scope): Value | NoValue {
  if (!isList(argument) || argument.length < 3 || argument.length > 4) {
    throw new TemplateError(
      "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value",
    );
  }
  const path = argument.slice(0, 3).map((part) => argumentValue(part, scope));
  if (path.some(isPending)) {
    throw new TemplateError(
      "Template error: Fn::FindInMap cannot use what is only known once resources exist",
    );
  }
  const [mapName = "", topKey = "", secondKey = ""] = path.map((part) => scalarText(part) ?? "");
  const map = scope.mappings[mapName];
  const top = isObject(map) ? map[topKey] : undefined;
  const found = isObject(top) ? top[secondKey] : undefined;
  if (found !== undefined) {
    return found;
  }
  const [fallback] = argument.slice(3);
  if (isObject(fallback) && fallback["DefaultValue"] !== undefined && scope.languageExtensions) {
    return evaluate(fallback["DefaultValue"], scope);
  }
  throw new TemplateError(
    map === undefined
      ? `Template error: Mapping named '${mapName}' is not present in the 'Mappings' section of template.`
      : `Template error: Unable to get mapping for ${mapName}::${topKey}::${secondKey}`,
  );
}

function availabilityZones(argument: Value, scope: Scope): Value {
  const region = scalarText(argumentValue(argument, scope)) || scope.region;
  return ZONE_LETTERS.map((letter) => region + letter);
}

function cidr(argument: Value, scope: Scope): Value {
  const parts = isList(argument) ? argument.map((part) => argumentValue(part, scope)) : [];
  if (parts.some(isPending)) {
    return { "Fn::Cidr": parts };
  }
  const [block, count, hostBits] = parts.map(scalarText);
  return [...cidrBlocks(block ?? "", Number(count), Number(hostBits ?? 8))];
}

function importValue(argument: Value, scope: Scope): Value {
  const name = argumentValue(argument, scope);
  if (isPending(name)) {
    throw new TemplateError(
      "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs",
    );
  }
  return scope.importValue(scalarText(name) ?? "") ?? { "Fn::ImportValue": name };
}

function length(argument: Value, scope: Scope): Value {
  requireExtensions("Fn::Length", scope);
  const items = argumentValue(argument, scope);
  if (isPending(items) && !isList(items)) {
    return { "Fn::Length": items };
  }
  if (!isList(items)) {
    throw new TemplateError("Template error: Fn::Length requires a list argument");
  }
  return items.length;
}

function toJsonString(argument: Value, scope: Scope): Value {
  requireExtensions("Fn::ToJsonString", scope);
  const value = argumentValue(argument, scope);
  return isPending(value) ? { "Fn::ToJsonString": value } : JSON.stringify(value);
}

function requireExtensions(name: string, scope: Scope): void {
  if (!scope.languageExtensions) {
    throw new TemplateError(
      `Template error: ${name} needs the transform AWS::LanguageExtensions in the template`,
    );
  }
}
