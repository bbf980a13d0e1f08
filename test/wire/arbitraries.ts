/** Arbitrary values of any shape of a model. */
import * as fc from "fast-check";
import type { Member, ServiceModel, Shape } from "../../src/wire/model.ts";

export interface ValueOptions {
  /** XML and forms cannot tell an empty list or structure from none. */
  readonly hasEmpty: boolean;
  readonly text: fc.Arbitrary<string>;
  /** Outputs always have their payload and their status. */
  readonly isOutput: boolean;
  /** Members to leave out, by name. */
  readonly without: ReadonlySet<string>;
}

const DEPTH_MAX = 5;

/** Any text that JSON can carry, but for the one key that the SDK itself loses. */
export const anyText: fc.Arbitrary<string> = fc
  .string({ unit: "binary", maxLength: 12 })
  .filter((text) => text !== "__proto__");
/** Printable, and without space at its ends, which XML readers trim. */
export const trimmedText: fc.Arbitrary<string> = fc
  .string({ unit: fc.constantFrom(..."aZ09-_./:&<>\"'% +=é漢😀,;"), minLength: 1, maxLength: 12 })
  .map((text) => `a${text}z`);
/** What a header or a label carries in every client. */
export const plainText: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(..."abcxyz019"),
  minLength: 1,
  maxLength: 10,
});

export function structureArbitrary(
  model: ServiceModel,
  shapeName: string | undefined,
  options: ValueOptions,
): fc.Arbitrary<Record<string, unknown>> {
  if (shapeName === undefined) {
    return fc.constant({});
  }
  return shapeArbitrary(model, { shape: shapeName }, options, 0) as fc.Arbitrary<
    Record<string, unknown>
  >;
}

function shapeArbitrary(
  model: ServiceModel,
  member: Member,
  options: ValueOptions,
  depth: number,
): fc.Arbitrary<unknown> {
  const shape = model.shapes[member.shape];
  if (shape === undefined) {
    return scalarArbitrary(member, options);
  }
  const minLength = options.hasEmpty ? 0 : 1;
  switch (shape.type) {
    case "list":
      return fc.array(shapeArbitrary(model, shape.member, options, depth + 1), {
        minLength,
        maxLength: 2,
      });
    case "map":
      return fc.dictionary(
        member.prefixHeaders ? plainText.map((text) => text.toLowerCase()) : options.text,
        shapeArbitrary(
          model,
          shape.value,
          member.prefixHeaders ? inHeader(options) : options,
          depth + 1,
        ),
        { minKeys: minLength, maxKeys: 2 },
      );
    default:
      return membersArbitrary(model, shape, options, depth);
  }
}

function membersArbitrary(
  model: ServiceModel,
  shape: Shape & { members: Readonly<Record<string, Member>> },
  options: ValueOptions,
  depth: number,
): fc.Arbitrary<unknown> {
  const all = Object.entries(shape.members).filter(([name, member]) => {
    return !options.without.has(name) && !member.eventStream && member.shape !== "document";
  });
  const isDeep = depth >= DEPTH_MAX;
  const wanted = all.filter(([, member]) => !isDeep || model.shapes[member.shape] === undefined);
  const chosen = wanted.length > 0 ? wanted : all;
  const arbitraries = Object.fromEntries(
    chosen.map(([name, member]) => [name, memberArbitrary(model, member, options, depth)]),
  );
  if (shape.type === "union") {
    return fc.oneof(
      ...Object.entries(arbitraries).map(([name, one]) => one.map((value) => ({ [name]: value }))),
    );
  }
  const requiredKeys = chosen
    .filter(([, member]) => isAlwaysSent(member, options))
    .map(([name]) => name);
  return fc.record(arbitraries, { requiredKeys, noNullPrototype: true });
}

function isAlwaysSent(member: Member, options: ValueOptions): boolean {
  return Boolean(
    member.required ||
      member.label ||
      member.idempotencyToken ||
      ((member.payload || member.statusCode) && options.isOutput),
  );
}

function memberArbitrary(
  model: ServiceModel,
  member: Member,
  options: ValueOptions,
  depth: number,
): fc.Arbitrary<unknown> {
  if (member.statusCode) {
    return fc.constantFrom(200, 202, 299);
  }
  const isInHead = member.label || member.header !== undefined || member.query !== undefined;
  return fc.memo(() =>
    shapeArbitrary(model, member, isInHead ? inHeader(options) : options, depth + 1),
  )(1);
}

function inHeader(options: ValueOptions): ValueOptions {
  return { ...options, hasEmpty: false, text: plainText };
}

function scalarArbitrary(member: Member, options: ValueOptions): fc.Arbitrary<unknown> {
  switch (member.shape) {
    case "string":
      return options.text;
    case "number":
      return fc.integer({ min: -1000, max: 1_000_000 });
    case "boolean":
      return fc.boolean();
    case "blob":
    case "streamingBlob":
      return fc.uint8Array({ minLength: options.hasEmpty ? 0 : 1, maxLength: 9 });
    default:
      // Whole seconds: HTTP dates have no more.
      return fc
        .integer({ min: 1_000_000_000, max: 2_000_000_000 })
        .map((seconds) => new Date(seconds * 1000));
  }
}

/** Values in a form that compares: bytes as hex, no undefined members, plain objects. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) {
    return { date: value.getTime() };
  }
  if (value instanceof Uint8Array) {
    return { bytes: Buffer.from(value).toString("hex") };
  }
  if (Array.isArray(value)) {
    return value.map(comparable);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
  }
  return value;
}

/** Forms and XML cannot say that a structure or a list is empty: it counts as absent. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty).filter((item) => !isEmpty(item));
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, item]) => [key, withoutEmpty(item)] as const);
    return Object.fromEntries(members.filter(([, item]) => !isEmpty(item)));
  }
  return value;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
