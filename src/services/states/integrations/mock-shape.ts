/**
 * Whether what a test gives for the answer of an operation is of the operation's shape, as the task
 * would see it: members begin with a capital letter, timestamps and bytes are text.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
 */
import { isArray, isObject, type Json } from "../../../languages/asl/data/scope.ts";
import type { ServiceModel } from "../../../wire/model.ts";

/** `PRESENT`: members that are required may be absent. */
export type MockValidation = "STRICT" | "PRESENT";

interface At {
  readonly model: ServiceModel;
  readonly mode: MockValidation;
  readonly problems: string[];
}

/** Members that the integrations add to an answer, whatever the operation. */
const ADDED: ReadonlySet<string> = new Set(["SdkHttpMetadata", "SdkResponseMetadata"]);
/** Shapes that are written down by hand nest no deeper. */
const DEPTH_MAX = 50;

/** One sentence for each thing that is wrong; none when the value is of the shape. */
export function shapeProblems(
  model: ServiceModel,
  operation: string,
  { value, mode }: { readonly value: Json; readonly mode: MockValidation },
): readonly string[] {
  const shape = model.operations[operation]?.output;
  const problems: string[] = [];
  const own = isObject(value) ? without(value, ADDED) : value;
  if (shape !== undefined) {
    check({ model, mode, problems }, { shape, value: own, path: "", depth: 0 });
  } else if (!isObject(own) || Object.keys(own).length > 0) {
    problems.push("The operation has no output: the value must be an empty object");
  }
  return problems;
}

function without(value: { readonly [name: string]: Json }, names: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

interface Checked {
  readonly shape: string;
  readonly value: Json;
  readonly path: string;
  readonly depth: number;
}

function check(at: At, { shape: name, value, path, depth }: Checked): void {
  const shape = at.model.shapes[name];
  if (depth > DEPTH_MAX) {
    return;
  }
  if (shape === undefined) {
    checkScalar(at, name, { value, path });
    return;
  }
  if (shape.type === "list") {
    if (!isArray(value)) {
      at.problems.push(`${named(path)} must be an array`);
      return;
    }
    for (const [index, item] of value.entries()) {
      const place = `${path}[${index}]`;
      check(at, { shape: shape.member.shape, value: item, path: place, depth: depth + 1 });
    }
    return;
  }
  if (!isObject(value)) {
    at.problems.push(`${named(path)} must be an object`);
    return;
  }
  const inner = (member: string): string => (path === "" ? member : `${path}.${member}`);
  if (shape.type === "map") {
    for (const [key, item] of Object.entries(value)) {
      const { shape: of } = shape.value;
      check(at, { shape: of, value: item, path: inner(key), depth: depth + 1 });
    }
    return;
  }
  const members = new Map(
    Object.entries(shape.members).map(([member, of]) => [capitalized(member), of]),
  );
  for (const [member, item] of Object.entries(value)) {
    const of = members.get(member);
    if (of === undefined) {
      at.problems.push(`${named(inner(member))} is not a member of the response`);
    } else {
      check(at, { shape: of.shape, value: item, path: inner(member), depth: depth + 1 });
    }
  }
  for (const [member, of] of members) {
    if (of.required === true && at.mode === "STRICT" && value[member] === undefined) {
      at.problems.push(`${named(inner(member))} is required`);
    }
  }
}

function named(path: string): string {
  return path === "" ? "The value" : `'${path}'`;
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  boolean: ["boolean"],
  number: ["number"],
  bigInteger: ["number"],
  bigDecimal: ["number", "string"],
  string: ["string"],
  blob: ["string"],
  streamingBlob: ["string"],
};

function checkScalar(
  at: At,
  shape: string,
  { value, path }: { readonly value: Json; readonly path: string },
): void {
  if (shape === "document") {
    return;
  }
  const expected = shape.startsWith("timestamp") ? ["string", "number"] : TYPES[shape];
  if (expected !== undefined && !expected.includes(typeof value)) {
    at.problems.push(`${named(path)} must be of the type ${expected.join(" or ")}`);
  }
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
