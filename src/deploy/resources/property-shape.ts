/**
 * The shapes of properties: each reads a template value and gives it its type, as CloudFormation
 * does ("30" is a number where a number is wanted), or refuses it by its path.
 */
import { isList, isObject, scalarText, type Value } from "../../languages/template/value.ts";

export type Shape<T> = (value: Value, path: PropertyPath) => T;

export interface PropertyPath {
  readonly type: string;
  /** `Code.S3Bucket` */
  readonly property: string;
}

/** Ends the deployment of the resource; the message becomes the event's reason. */
export class PropertyError extends Error {
  override readonly name = "PropertyError";
}

type Members = Readonly<Record<string, Shape<unknown>>>;

export type ObjectOf<M extends Members, R extends keyof M = never> = {
  readonly [K in R]: ReturnType<M[K]>;
} & { readonly [K in Exclude<keyof M, R>]?: ReturnType<M[K]> | undefined };

export const text: Shape<string> = (value, path) => {
  const result = scalarText(value);
  if (result === undefined) {
    throw mismatch(path, "String", value);
  }
  return result;
};

export const number: Shape<number> = (value, path) => {
  const scalar = scalarText(value);
  const result = Number(scalar);
  if (
    scalar === undefined ||
    scalar.trim() === "" ||
    typeof value === "boolean" ||
    Number.isNaN(result)
  ) {
    throw mismatch(path, "Number", value);
  }
  return result;
};

export const boolean: Shape<boolean> = (value, path) => {
  const result = scalarText(value)?.toLowerCase();
  if (result !== "true" && result !== "false") {
    throw mismatch(path, "Boolean", value);
  }
  return result === "true";
};

/** Anything: passed on as it is. */
export const json: Shape<Value> = (value) => value;

/** A JSON document, written as an object or as text; read as compact text. */
export const document: Shape<string> = (value, path) => {
  if (typeof value === "string") {
    return value;
  }
  if (!isObject(value)) {
    throw mismatch(path, "JSONObject", value);
  }
  return JSON.stringify(value);
};

/** A single item counts as a list of one, as on AWS. */
export function list<T>(of: Shape<T>): Shape<readonly T[]> {
  return (value, path) =>
    (isList(value) ? value : [value]).map((item, index) => of(item, below(path, `${index}`)));
}

export function map<T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) => {
    if (!isObject(value)) {
      throw mismatch(path, "JSONObject", value);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, of(item, below(path, key))]),
    );
  };
}

export function object<const M extends Members, const R extends keyof M & string = never>(
  members: M,
  required: readonly R[] = [],
): Shape<ObjectOf<M, R>> {
  return (value, path) => {
    if (!isObject(value)) {
      throw mismatch(path, "JSONObject", value);
    }
    for (const key of required) {
      if (value[key] === undefined || value[key] === null) {
        throw new PropertyError(
          `Properties validation failed: #${pointer(path)}: required key [${key}] not found`,
        );
      }
    }
    const read: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const shape = Object.hasOwn(members, key) ? members[key] : undefined;
      const inner = below(path, key);
      if (shape === undefined) {
        throw unsupportedProperty(inner);
      }
      read[key] = shape(item, inner);
    }
    return read as ObjectOf<M, R>;
  };
}

/** `[{Key, Value}]`, as most types have their tags. */
export const tagList: Shape<readonly { readonly Key: string; readonly Value: string }[]> = list(
  object({ Key: text, Value: text }, ["Key", "Value"]),
);

export function unsupportedProperty(path: PropertyPath): PropertyError {
  return new PropertyError(`Millrace does not support property ${path.property} of ${path.type}`);
}

function mismatch(path: PropertyPath, expected: string, value: Value): PropertyError {
  return new PropertyError(
    `Properties validation failed: #${pointer(path)}: expected type: ${expected}, found: ${kindOf(value)}`,
  );
}

function kindOf(value: Value): string {
  if (isList(value)) {
    return "JSONArray";
  }
  if (value === null) {
    return "Null";
  }
  const names = { string: "String", number: "Number", boolean: "Boolean" } as const;
  return typeof value === "object" ? "JSONObject" : names[typeof value as keyof typeof names];
}

function pointer(path: PropertyPath): string {
  return path.property === "" ? "" : `/${path.property.replaceAll(".", "/")}`;
}

function below(path: PropertyPath, key: string): PropertyPath {
  return { type: path.type, property: path.property === "" ? key : `${path.property}.${key}` };
}
