/** Event buses: their names, and finding them. The default bus is always there. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { busDoesNotExist, validationException } from "./errors.ts";
import { type BusId, buses, busKey } from "./keys.ts";

export const DEFAULT_BUS = "default";

export interface Bus {
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly deadLetterArn?: string | undefined;
  readonly policy?: Policy | undefined;
  readonly tags: Tags;
  /** Counts the changes of the bus's rules. */
  readonly revision: number;
  /** That of the last change: see `RuleChange`. */
  readonly stamp: string;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly [member: string]: unknown;
}

export type Tags = Readonly<Record<string, string>>;

interface Owner {
  readonly accountId: string;
  readonly region: string;
}

/** From a name or an ARN; the default bus when there is none. */
export function busIdOf(owner: Owner, nameOrArn: string | undefined): BusId {
  if (nameOrArn === undefined || !nameOrArn.startsWith("arn:")) {
    const { accountId, region } = owner;
    return { accountId, region, name: nameOrArn ?? DEFAULT_BUS };
  }
  const bus = busIdOfArn(nameOrArn);
  if (bus === undefined) {
    throw validationException(
      `Parameter ${nameOrArn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  return bus;
}

/** `undefined` when the text is not the ARN of a bus. */
export function busIdOfArn(text: string): BusId | undefined {
  const arn = parseArn(text);
  const [, name] = arn?.resource.match(/^event-bus\/([\w./-]{1,256})$/) ?? [];
  return arn?.service === "events" && name !== undefined && isAscii(text)
    ? { accountId: arn.accountId, region: arn.region, name }
    : undefined;
}

/** As every ARN is; of other texts keys could grow longer than a key may be. */
export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

export function busArn(bus: BusId): string {
  const { accountId, region, name } = bus;
  return formatArn({ service: "events", region, accountId, resource: `event-bus/${name}` });
}

export function findBus(tx: ReadTx, id: BusId): Bus | undefined {
  const bus = buses.get(tx, busKey(id));
  return bus ?? (id.name === DEFAULT_BUS ? UNTOUCHED : undefined);
}

export function requireBus(tx: ReadTx, id: BusId): Bus {
  const bus = findBus(tx, id);
  if (bus === undefined) {
    throw busDoesNotExist(id.name);
  }
  return bus;
}

export function putBus(tx: WriteTx, id: BusId, bus: Bus): void {
  buses.put(tx, busKey(id), bus);
}

/** What the default bus is as long as nobody changed anything about it. */
const UNTOUCHED: Bus = { createdMs: 0, modifiedMs: 0, tags: {}, revision: 0, stamp: "" };
