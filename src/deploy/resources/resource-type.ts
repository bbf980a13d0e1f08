/**
 * What a resource type is to the deployment engine: a table of its properties, and how it is made,
 * changed and removed through public operations.
 *
 * Invariants of every type:
 * R1  A property that is not in the table fails the deployment by its name.
 * R2  `create`, `update` and `delete` may run again after a crash (`ctx.resumed`), whatever the
 *     first run had done, and then come to the same end.
 * R3  `delete` of what is gone succeeds.
 */
import type { ValueObject } from "../../languages/template/value.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { Clock } from "../../platform/clock.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { ServiceName } from "../../wire/model.ts";
import type { Input, OperationName, Output } from "../../wire/operations.ts";
import { type ObjectOf, object, PropertyError, type Shape } from "./property-shape.ts";

export interface ResourceContext {
  readonly caller: Caller;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly abort: AbortSignal;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** The physical name: the one the template gives, else one chosen before the first run. */
  readonly name: string;
  /** An earlier run of the same work may have got anywhere before it was cut off. */
  readonly resumed: boolean;
  /** How the template wants a change to go, by the policy's name. */
  readonly updatePolicy: ValueObject | undefined;
  readonly stackTags: Readonly<Record<string, string>>;
  /** As they were when the resource was last made or changed. */
  readonly stackTagsBefore: Readonly<Record<string, string>>;
}

export interface LiveResource {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: ValueObject;
}

export interface PhysicalName {
  /** The property by which a template may choose the name. */
  readonly property: string;
  readonly lengthMax: number;
  /** Makes a generated name fit the type's rules: lower case, a suffix. */
  readonly adapt?: (name: string, properties: ValueObject) => string;
}

export interface ResourceType {
  readonly type: string;
  /** What `Fn::GetAtt` may name; `undefined` where it is whatever comes to be there. */
  readonly attributes: readonly string[] | undefined;
  /** `true` where a change of the property needs a new resource. */
  readonly properties: ReadonlyMap<string, { readonly replaces: boolean }>;
  readonly physicalName: PhysicalName | undefined;
  /** Throws a `PropertyError` for what the type cannot take. */
  check(properties: ValueObject): void;
  /** For a name chosen by the template: whether somebody has it already. */
  exists(ctx: ResourceContext, properties: ValueObject): Promise<boolean>;
  create(ctx: ResourceContext, properties: ValueObject): Promise<LiveResource>;
  update(
    ctx: ResourceContext,
    live: LiveResource,
    properties: ValueObject,
    before: ValueObject,
  ): Promise<LiveResource>;
  delete(ctx: ResourceContext, live: LiveResource, properties: ValueObject): Promise<void>;
  /** Removes what a creation that failed half way has left. */
  discard(ctx: ResourceContext, properties: ValueObject): Promise<void>;
}

type Table = Readonly<Record<string, PropertyRow>>;
type PropertyRow = { readonly shape: Shape<unknown>; readonly replaces: boolean };
type ShapesOf<T extends Table> = { readonly [K in keyof T]: T[K]["shape"] };

interface Definition<T extends Table, R extends keyof T & string, P> {
  readonly type: string;
  readonly properties: T;
  readonly required?: readonly R[];
  readonly attributes?: readonly string[];
  readonly physicalName?: PhysicalName;
  /** Further rules over properties that have their shapes. */
  readonly check?: (properties: P) => void;
  readonly exists?: (ctx: ResourceContext, properties: P) => Promise<boolean>;
  readonly create: (ctx: ResourceContext, properties: P) => Promise<LiveResource>;
  /** Absent when every property needs a replacement. */
  readonly update?: (
    ctx: ResourceContext,
    live: LiveResource,
    properties: P,
    before: P,
  ) => Promise<LiveResource>;
  readonly delete: (ctx: ResourceContext, live: LiveResource, properties: P) => Promise<void>;
  /** The physical id, where it is known before the resource is: for `discard`. */
  readonly identify?: (ctx: ResourceContext, properties: P) => string;
}

/** A property that can change in place. */
export function changes<T>(shape: Shape<T>): {
  readonly shape: Shape<T>;
  readonly replaces: false;
} {
  return { shape, replaces: false };
}

/** A property whose change needs a new resource. */
export function replaces<T>(shape: Shape<T>): {
  readonly shape: Shape<T>;
  readonly replaces: true;
} {
  return { shape, replaces: true };
}

export function resourceType<
  const T extends Table,
  const R extends keyof T & string = never,
  P = ObjectOf<ShapesOf<T>, R>,
>(definition: Definition<T, R, P>): ResourceType {
  const { type } = definition;
  const shapes = Object.fromEntries(
    Object.entries(definition.properties).map(([name, row]) => [name, row.shape]),
  );
  const shape = object(shapes, definition.required ?? []);
  const read = (properties: ValueObject): P => {
    const result = shape(properties, { type, property: "" }) as P;
    definition.check?.(result);
    return result;
  };
  return {
    type,
    attributes: definition.attributes ?? [],
    properties: new Map(
      Object.entries(definition.properties).map(([name, row]) => [
        name,
        { replaces: row.replaces },
      ]),
    ),
    physicalName: definition.physicalName,
    check: (properties) => {
      read(properties);
    },
    exists: async (ctx, properties) => definition.exists?.(ctx, read(properties)) ?? false,
    create: async (ctx, properties) => definition.create(ctx, read(properties)),
    update: async (ctx, live, properties, before) => {
      if (definition.update === undefined) {
        throw new PropertyError(`${type} has no property that can change in place`);
      }
      return definition.update(ctx, live, read(properties), read(before));
    },
    delete: async (ctx, live, properties) => definition.delete(ctx, live, read(properties)),
    async discard(ctx, properties) {
      if (definition.identify !== undefined) {
        const known = read(properties);
        const physicalId = definition.identify(ctx, known);
        await definition.delete(ctx, { physicalId, attributes: {} }, known);
      }
    },
  };
}

export function call<S extends ServiceName, O extends OperationName<S>>(
  ctx: ResourceContext,
  service: S,
  operation: O,
  input: Input<S, O>,
): Promise<Output<S, O>> {
  return ctx.dispatcher.call(ctx.caller, service, operation, input);
}

export function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof AwsError && codes.includes(error.code);
}

/** The result, or `undefined` when the call fails with one of `codes`. */
export async function unless<T>(
  codes: readonly string[],
  result: Promise<T>,
): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, codes)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether a call succeeds, when it fails with one of `codes` for what does not exist. */
export async function found(codes: readonly string[], lookUp: Promise<unknown>): Promise<boolean> {
  return (
    (await unless(
      codes,
      lookUp.then(() => true),
    )) ?? false
  );
}

/** A creation; "already exists" is fine only where an earlier run of ours may have made it. */
export function created<T>(
  ctx: ResourceContext,
  codes: readonly string[],
  result: Promise<T>,
): Promise<T | undefined> {
  return unless(ctx.resumed ? codes : [], result);
}

interface TagChange {
  readonly added: Readonly<Record<string, string>>;
  readonly removedKeys: readonly string[];
}

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

/** The stack's tags with the resource's own over them. */
export function tagsOf(ctx: ResourceContext, own: TagList | undefined): Record<string, string> {
  return { ...ctx.stackTags, ...tagRecord(own) };
}

function tagRecord(tags: TagList | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

export function tagPairs(tags: Readonly<Record<string, string>>): TagList {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags anew what is tagged otherwise by now, and takes away what is to go. */
export async function retag(
  ctx: ResourceContext,
  own: { readonly after: TagList | undefined; readonly before: TagList | undefined },
  write: {
    readonly tag: (added: Readonly<Record<string, string>>) => Promise<unknown>;
    readonly untag: (keys: readonly string[]) => Promise<unknown>;
  },
): Promise<void> {
  const { added, removedKeys } = tagChange(ctx, tagRecord(own.after), tagRecord(own.before));
  if (Object.keys(added).length > 0) {
    await write.tag(added);
  }
  if (removedKeys.length > 0) {
    await write.untag(removedKeys);
  }
}

/** What has to be tagged anew, and what is to go. */
export function tagChange(
  ctx: ResourceContext,
  own: Readonly<Record<string, string>>,
  ownBefore: Readonly<Record<string, string>>,
): TagChange {
  const before = { ...ctx.stackTagsBefore, ...ownBefore };
  const after = { ...ctx.stackTags, ...own };
  return {
    added: Object.fromEntries(
      Object.entries(after).filter(([key, value]) => before[key] !== value),
    ),
    removedKeys: Object.keys(before).filter((key) => after[key] === undefined),
  };
}
