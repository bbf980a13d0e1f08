/** What a state machine's ARN leads to: the machine, or one of its versions, or what an alias picks. */
import type { ReadTx } from "../../store/store.ts";
import { type MachineReference, machineArn, parseMachineArn } from "./arns.ts";
import { machineDoesNotExist } from "./errors.ts";
import { aliases, machines, type Owner, ownedKey, revisions, versions } from "./keys.ts";
import type { Alias, MachineRecord, Revision, Version } from "./machine-record.ts";

export interface Target {
  readonly owner: Owner;
  readonly machine: MachineRecord;
  readonly revision: Revision;
  readonly version: Version | undefined;
  readonly alias: Alias | undefined;
}

export function findMachine(
  tx: ReadTx,
  reference: Owner & { readonly name: string },
): MachineRecord | undefined {
  return machines.get(tx, ownedKey(reference, reference.name));
}

export function existingMachine(
  tx: ReadTx,
  arn: string,
): MachineRecord & { readonly owner: Owner } {
  const reference = parseMachineArn(arn);
  const machine = reference.qualifier === undefined ? findMachine(tx, reference) : undefined;
  if (machine === undefined) {
    throw machineDoesNotExist(arn);
  }
  return { ...machine, owner: ownerOf(reference) };
}

function ownerOf({ accountId, region }: MachineReference): Owner {
  return { accountId, region };
}

export function existingRevision(tx: ReadTx, owner: Owner, name: string, key: string): Revision {
  const revision = revisions.get(tx, [...ownedKey(owner, name), key]);
  if (revision === undefined) {
    throw machineDoesNotExist(machineArn(owner, name));
  }
  return revision;
}

/** `pick`: from 0 to 1, decides between the two versions of an alias. */
export function existingTarget(tx: ReadTx, arn: string, pick = 0): Target {
  const reference = parseMachineArn(arn);
  const owner = ownerOf(reference);
  const { name, qualifier } = reference;
  const machine = findMachine(tx, reference);
  if (machine === undefined) {
    throw machineDoesNotExist(arn);
  }
  const alias =
    qualifier === undefined || /^\d+$/.test(qualifier)
      ? undefined
      : aliases.get(tx, [...ownedKey(owner, name), qualifier]);
  const number = alias === undefined ? qualifier : picked(alias, pick);
  const version =
    number === undefined ? undefined : versions.get(tx, [...ownedKey(owner, name), Number(number)]);
  if (qualifier !== undefined && version === undefined) {
    throw machineDoesNotExist(arn);
  }
  const key = version?.revisionKey ?? machine.revisionKey;
  return { owner, machine, revision: existingRevision(tx, owner, name, key), version, alias };
}

function picked({ routing }: Alias, pick: number): number {
  let sum = 0;
  for (const { version, weight } of routing) {
    sum += weight;
    if (pick * 100 < sum) {
      return version;
    }
  }
  return routing.at(-1)?.version ?? 0;
}
