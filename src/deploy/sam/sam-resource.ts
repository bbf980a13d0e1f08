/** What the parts of the transform hand to each other. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";

/** Resources as the template gets them, by logical id. */
export type Resources = Map<string, ValueObject>;

/** A SAM resource after `Globals` were merged in. */
export interface SamResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: ValueObject;
  /** All but `Type` and `Properties`. */
  readonly attributes: ValueObject;
}

/** What a generated resource takes over from the resource it was generated for. */
export function inheritedAttributes(attributes: ValueObject): ValueObject {
  return pick(attributes, ["Condition", "DeletionPolicy", "UpdateReplacePolicy"]);
}

/** What the resource itself keeps. */
export function ownAttributes(attributes: ValueObject): ValueObject {
  return pick(attributes, [
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
  ]);
}

export function pick(from: ValueObject, keys: readonly string[]): ValueObject {
  return defined(Object.fromEntries(keys.map((key) => [key, from[key]])));
}

/** Without members that are not set. */
export function defined(members: Readonly<Record<string, Value | undefined>>): ValueObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

export function checkProperties(resource: SamResource, known: ReadonlySet<string>): void {
  for (const name of Object.keys(resource.properties)) {
    if (!known.has(name)) {
      throw resourceError(
        resource.logicalId,
        `property ${name} not defined for resource of type ${resource.type}`,
      );
    }
  }
}

export function getAtt(logicalId: string, attribute: string): ValueObject {
  return { "Fn::GetAtt": [logicalId, attribute] };
}

export function ref(logicalId: string): ValueObject {
  return { Ref: logicalId };
}

/** Tags by key as the list that most types take. */
export function tagList(tags: ValueObject): readonly ValueObject[] {
  return Object.entries(tags).map(([Key, value]) => ({ Key, Value: value }));
}

export function objectOf(value: Value | undefined): ValueObject {
  return isObject(value) ? value : {};
}

export function isIntrinsic(value: Value | undefined): boolean {
  if (!isObject(value)) {
    return false;
  }
  const [key, ...others] = Object.keys(value);
  return (
    others.length === 0 &&
    (key === "Ref" || key === "Condition" || key?.startsWith("Fn::") === true)
  );
}
