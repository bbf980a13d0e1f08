/**
 * What the members of inputs must satisfy: the tables that `scripts/generate-constraints.py` makes
 * out of botocore's service data. Read when a service is first checked.
 */
import type { ServiceName } from "./model.ts";
import { readGenerated } from "./models.ts";

export interface Constraints {
  /** The input shape of each operation that constrains something. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, ConstraintShape>>;
}

export interface ConstraintShape {
  /** The type. */
  readonly t: string;
  /** Required members. */
  readonly r?: readonly string[];
  /** The constrained members of a structure. */
  readonly m?: Readonly<Record<string, string>>;
  /** The elements of a list, the keys and the values of a map, where they are constrained. */
  readonly of?: string;
  readonly k?: string;
  readonly v?: string;
  /** Of the value of a number, else of the length. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Sensitive: messages leave the value out. */
  readonly s?: boolean;
}

const loaded = new Map<ServiceName, Constraints>();

export function loadConstraints(service: ServiceName): Constraints {
  const known = loaded.get(service);
  if (known !== undefined) {
    return known;
  }
  const file = `${service}.constraints.gen.json`;
  const constraints = JSON.parse(readGenerated(file)) as Constraints;
  loaded.set(service, constraints);
  return constraints;
}
