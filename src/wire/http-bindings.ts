/**
 * Members that travel in the path, the query string and the headers, compiled once a structure.
 * Source: https://smithy.io/2.0/spec/http-bindings.html
 */
import { Unreadable } from "./malformed.ts";
import type { Member, ServiceModel, StructureShape } from "./model.ts";

export interface Binding {
  readonly name: string;
  readonly member: Member;
}

export interface HttpBindings {
  readonly labels: readonly Binding[];
  readonly headers: readonly Binding[];
  readonly query: readonly Binding[];
  readonly queryParams: Binding | undefined;
  readonly prefixHeaders: readonly Binding[];
  readonly statusCode: Binding | undefined;
  readonly payload: Binding | undefined;
  readonly events: Binding | undefined;
  /** What no other place takes: the members of a document body. */
  readonly body: readonly Binding[];
}

const compiled = new WeakMap<StructureShape, HttpBindings>();

export function httpBindings(model: ServiceModel, shapeName: string): HttpBindings {
  const shape = structureOf(model, shapeName);
  const known = compiled.get(shape);
  if (known !== undefined) {
    return known;
  }
  const all = Object.entries(shape.members).map(([name, member]) => ({ name, member }));
  const bindings: HttpBindings = {
    labels: all.filter(({ member }) => member.label),
    headers: all.filter(({ member }) => member.header !== undefined),
    query: all.filter(({ member }) => member.query !== undefined),
    queryParams: all.find(({ member }) => member.queryParams),
    prefixHeaders: all.filter(({ member }) => member.prefixHeaders !== undefined),
    statusCode: all.find(({ member }) => member.statusCode),
    payload: all.find(({ member }) => member.payload),
    events: all.find(({ member }) => member.eventStream),
    body: all.filter(({ member }) => isInBody(member)),
  };
  compiled.set(shape, bindings);
  return bindings;
}

export function structureOf(model: ServiceModel, shapeName: string): StructureShape {
  const shape = model.shapes[shapeName];
  if (shape === undefined || !("members" in shape)) {
    throw new Error(`${shapeName} is no structure of ${model.name}`);
  }
  return shape;
}

function isInBody(member: Member): boolean {
  return !(
    member.label ||
    member.header !== undefined ||
    member.query !== undefined ||
    member.queryParams ||
    member.prefixHeaders !== undefined ||
    member.statusCode ||
    member.payload
  );
}

/** The parameters of a raw query string in their order, names and values decoded. */
export function queryPairs(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals === -1 ? pair : pair.slice(0, equals);
      const value = equals === -1 ? "" : pair.slice(equals + 1).replaceAll("+", " ");
      return [decodePart(name), decodePart(value)] as const;
    });
}

export function decodePart(text: string): string {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unreadable(`${text} is not valid percent-encoding`);
  }
}
