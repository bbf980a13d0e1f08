/**
 * Payload templates of JSONPath states (`Parameters`, `ResultSelector`, `ItemSelector`, `Assign`): a field whose name
 * ends in `.$` holds a path or an intrinsic function, whose value replaces the field.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
import { bounded } from "./data-error.ts";
import { pathProblem, readPath } from "./paths.ts";
import { isArray, isObject, type Json, type Scope } from "./scope.ts";

const DYNAMIC = ".$";

type Fill = (scope: Scope) => Json;

/** Templates are parts of a definition, which stays the same object from one execution to the next. */
const compiled = new WeakMap<object, Fill>();

/** @throws DataError */
export function fillTemplate(template: Json, scope: Scope): Json {
  if (typeof template !== "object" || template === null) {
    return template;
  }
  let fill = compiled.get(template);
  if (fill === undefined) {
    fill = bounded("States.Runtime", () => compile(template)) ?? (() => template);
    compiled.set(template, fill);
  }
  return fill(scope);
}

/** `undefined` for what is the same for every scope. */
function compile(template: Json): Fill | undefined {
  if (isArray(template)) {
    const items = template.map(compile);
    return items.some((item) => item !== undefined)
      ? (scope) => items.map((item, index) => item?.(scope) ?? template[index] ?? null)
      : undefined;
  }
  if (!isObject(template)) {
    return undefined;
  }
  const members = Object.entries(template).map(([name, value]) => compileMember(name, value));
  return members.some(({ fill }) => fill !== undefined)
    ? (scope) =>
        Object.fromEntries(
          members.map(({ name, value, fill }) => [name, fill === undefined ? value : fill(scope)]),
        )
    : undefined;
}

interface Member {
  readonly name: string;
  readonly value: Json;
  readonly fill: Fill | undefined;
}

function compileMember(name: string, value: Json): Member {
  return name.endsWith(DYNAMIC) && typeof value === "string"
    ? {
        name: name.slice(0, -DYNAMIC.length),
        value,
        fill: (scope) => readPath(value, scope, name),
      }
    : { name, value, fill: compile(value) };
}

export interface Problem {
  /** A JSON pointer into the definition. */
  readonly pointer: string;
  readonly message: string;
}

/** What is wrong with a template, whose own place in the definition is `pointer`. */
export function templateProblems(template: Json, pointer: string): readonly Problem[] {
  if (isArray(template)) {
    return template.flatMap((item, index) => templateProblems(item, `${pointer}[${index}]`));
  }
  if (!isObject(template)) {
    return [];
  }
  return Object.entries(template).flatMap(([name, value]) =>
    name.endsWith(DYNAMIC)
      ? dynamicProblem(name, value, pointer)
      : templateProblems(value, `${pointer}/${name}`),
  );
}

function dynamicProblem(name: string, value: Json, pointer: string): readonly Problem[] {
  if (typeof value === "string" && pathProblem(value, "value") === undefined) {
    return [];
  }
  const message =
    `The value for the field '${name}' must be a valid JSONPath ` +
    "or a valid intrinsic function call";
  return [{ pointer, message }];
}
