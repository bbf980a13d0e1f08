/** Versions: revisions that got a number. */
import type { WriteTx } from "../../store/store.ts";
import { quotaExceeded } from "./errors.ts";
import { machines, type Owner, ownedKey, versions } from "./keys.ts";
import { VERSIONS_MAX } from "./limits.ts";
import type { MachineRecord, Version } from "./machine-record.ts";

/** The version of the current revision: a new one, unless it was published already. */
export function publish(
  tx: WriteTx,
  owner: Owner,
  machine: MachineRecord,
  description: string | undefined,
): Version {
  const key = ownedKey(owner, machine.name);
  const known = [...versions.list(tx, { prefix: key })].map(({ record }) => record);
  const same = known.find(({ revisionKey }) => revisionKey === machine.revisionKey);
  if (same !== undefined) {
    return same;
  }
  if (known.length >= VERSIONS_MAX) {
    throw quotaExceeded(
      `The number of versions of a state machine cannot exceed the limit of ${VERSIONS_MAX}.`,
    );
  }
  const number = machine.lastVersion + 1;
  const { revisionKey } = machine;
  const version: Version = { number, revisionKey, description, createdMs: tx.nowMs };
  versions.put(tx, [...key, number], version);
  machines.put(tx, key, { ...machine, lastVersion: number });
  return version;
}
