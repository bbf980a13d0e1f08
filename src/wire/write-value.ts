/**
 * Writers to JSON and CBOR values: a function per shape, compiled once, that turns what the format
 * has no type for (dates, bytes) into what it has.
 *
 * A shape that holds nothing of the kind has no writer: its values go to the encoder as they are.
 * Elsewhere values are copied on their first change only, so the outputs of operations stay whole.
 */
import type { Member, ServiceModel, Shape, StructureShape } from "./model.ts";
import { setOwn } from "./set-own.ts";
import { type TimestampFormat, timestampFormat } from "./timestamps.ts";

export type WriteValue = (value: unknown) => unknown;

export interface WriteDialect {
  readonly usesJsonNames: boolean;
  readonly blob: WriteValue | undefined;
  readonly timestamp: ((value: Date, format: TimestampFormat) => unknown) | undefined;
}

interface Plain {
  readonly [key: string]: unknown;
}

interface Compilation {
  readonly model: ServiceModel;
  readonly dialect: WriteDialect;
  readonly changes: Map<string, boolean>;
  readonly writers: Map<string, WriteValue>;
}

const compilations = new WeakMap<ServiceModel, Map<WriteDialect, Compilation>>();

/** `undefined` when values of the shape need no writing. */
export function valueWriter(
  model: ServiceModel,
  shapeName: string,
  dialect: WriteDialect,
): WriteValue | undefined {
  const byDialect = compilations.get(model) ?? new Map<WriteDialect, Compilation>();
  compilations.set(model, byDialect);
  const fresh = { model, dialect, changes: new Map(), writers: new Map() };
  const compilation = byDialect.get(dialect) ?? fresh;
  byDialect.set(dialect, compilation);
  return writerOf(compilation, { shape: shapeName });
}

function writerOf(compilation: Compilation, member: Member): WriteValue | undefined {
  const { model, writers } = compilation;
  const known = writers.get(member.shape);
  if (known !== undefined) {
    return known;
  }
  const shape = model.shapes[member.shape];
  if (shape === undefined) {
    return scalarWriter(compilation.dialect, member.shape);
  }
  if (!changesValues(compilation, member.shape)) {
    return undefined;
  }
  let writer: WriteValue | undefined;
  writers.set(member.shape, (value) => writer?.(value));
  writer = shapeWriter(compilation, shape);
  writers.set(member.shape, writer);
  return writer;
}

function shapeWriter(compilation: Compilation, shape: Shape): WriteValue {
  switch (shape.type) {
    case "list":
      return listWriter(writerOf(compilation, shape.member));
    case "map":
      return mapWriter(writerOf(compilation, shape.value));
    default:
      return structureWriter(compilation, shape);
  }
}

function listWriter(element: WriteValue | undefined): WriteValue {
  return (value) => {
    const list = value as readonly unknown[];
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length && element !== undefined; index += 1) {
      const item = list[index];
      const written = element(item);
      if (written !== item) {
        copy ??= [...list];
        copy[index] = written;
      }
    }
    return copy ?? list;
  };
}

function mapWriter(element: WriteValue | undefined): WriteValue {
  return (value) => {
    const map = value as Plain;
    let copy: object | undefined;
    for (const key in map) {
      const item = map[key];
      if (item === undefined || item === null || element === undefined) {
        continue;
      }
      const written = element(item);
      if (written !== item) {
        copy ??= { ...map };
        setOwn(copy, key, written);
      }
    }
    return copy ?? map;
  };
}

function structureWriter(compilation: Compilation, shape: StructureShape): WriteValue {
  const members = new Map<string, { readonly wireName: string; readonly write?: WriteValue }>();
  let renames = false;
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = wireNameOf(compilation.dialect, name, member);
    const write = writerOf(compilation, member);
    renames ||= wireName !== name;
    members.set(name, write === undefined ? { wireName } : { wireName, write });
  }
  return (value) => {
    const source = value as Plain;
    let copy: Record<string, unknown> | undefined = renames ? {} : undefined;
    for (const key in source) {
      const item = source[key];
      const member = members.get(key);
      if (item === undefined || item === null || member === undefined) {
        continue;
      }
      const written = member.write === undefined ? item : member.write(item);
      if (renames || written !== item) {
        copy ??= { ...source };
        copy[member.wireName] = written;
      }
    }
    return copy ?? source;
  };
}

function scalarWriter(dialect: WriteDialect, shapeName: string): WriteValue | undefined {
  if (shapeName === "blob") {
    return dialect.blob;
  }
  const { timestamp } = dialect;
  if (!shapeName.startsWith("timestamp") || timestamp === undefined) {
    return undefined;
  }
  const format = timestampFormat(shapeName, "epochSeconds");
  return (value) => timestamp(value as Date, format);
}

function wireNameOf(dialect: WriteDialect, name: string, member: Member): string {
  return (dialect.usesJsonNames ? member.jsonName : undefined) ?? name;
}

/** Whether the shape, or one it leads to, holds something the format has no type for. */
function changesValues(compilation: Compilation, start: string): boolean {
  const known = compilation.changes.get(start);
  if (known !== undefined) {
    return known;
  }
  const seen = new Set<string>();
  const pending = [start];
  let changes = false;
  for (let name = pending.pop(); name !== undefined && !changes; name = pending.pop()) {
    const shape = compilation.model.shapes[name];
    if (shape === undefined) {
      changes = scalarWriter(compilation.dialect, name) !== undefined;
    } else if (!seen.has(name)) {
      seen.add(name);
      changes = renamesMembers(compilation.dialect, shape);
      pending.push(...partsOf(shape).map((member) => member.shape));
    }
  }
  compilation.changes.set(start, changes);
  return changes;
}

function partsOf(shape: Shape): readonly Member[] {
  switch (shape.type) {
    case "list":
      return [shape.member];
    case "map":
      return [shape.value];
    default:
      return Object.values(shape.members);
  }
}

function renamesMembers(dialect: WriteDialect, shape: Shape): boolean {
  return (
    "members" in shape &&
    Object.entries(shape.members).some(
      ([name, member]) => wireNameOf(dialect, name, member) !== name,
    )
  );
}
