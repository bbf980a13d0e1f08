/** The part of an item that document paths select. Elements of lists keep their order. */
import {
  type Attributes,
  type AttributeValue,
  attributeOf,
  type MutableAttributes,
  setAttribute,
} from "./attribute-value.ts";
import type { Bindings, DocumentPath } from "./bindings.ts";
import { childAt, requireSeparate } from "./document-path.ts";
import type { PathSyntax } from "./syntax.ts";

export interface Projection {
  readonly root: Selection;
}

/** `undefined` selects the whole value. */
type Selection = ReadonlyMap<string | number, Selection | undefined>;

export function bindProjection(paths: readonly PathSyntax[], bindings: Bindings): Projection {
  const bound = paths.map((path) => bindings.path(path));
  requireSeparate(bound);
  return projectionOf(bound);
}

/** Paths that overlap select what the shorter one does. */
export function projectionOf(paths: readonly DocumentPath[]): Projection {
  return { root: selectionOf(paths) ?? new Map() };
}

function selectionOf(paths: readonly DocumentPath[]): Selection | undefined {
  if (paths.some((path) => path.length === 0)) {
    return undefined;
  }
  const byStep = new Map<string | number, DocumentPath[]>();
  for (const [step, ...rest] of paths) {
    const key = step as string | number;
    const group = byStep.get(key) ?? [];
    group.push(rest);
    byStep.set(key, group);
  }
  const steps = [...byStep].sort(([a], [b]) => Number(a) - Number(b) || 0);
  return new Map(steps.map(([step, group]) => [step, selectionOf(group)]));
}

export function project(item: Attributes, projection: Projection): Attributes {
  return selectMembers(item, projection.root);
}

function selectMembers(attributes: Attributes, selection: Selection): Attributes {
  const out: MutableAttributes = {};
  for (const [name, inner] of selection) {
    const value = typeof name === "string" ? attributeOf(attributes, name) : undefined;
    const selected = value && select(value, inner);
    if (selected !== undefined) {
      setAttribute(out, String(name), selected);
    }
  }
  return out;
}

function select(
  value: AttributeValue,
  selection: Selection | undefined,
): AttributeValue | undefined {
  if (selection === undefined) {
    return value;
  }
  if (value.M !== undefined) {
    const members = selectMembers(value.M, selection);
    return Object.keys(members).length === 0 ? undefined : { M: members };
  }
  const elements = [...selection].flatMap(([step, inner]) => {
    const child = typeof step === "number" ? childAt(value, step) : undefined;
    const selected = child && select(child, inner);
    return selected === undefined ? [] : [selected];
  });
  return elements.length === 0 ? undefined : { L: elements };
}
