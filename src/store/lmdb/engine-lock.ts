/**
 * One engine on a data folder.
 *
 * The lock is a tiny LMDB environment of its own. An engine that opens it keeps a read transaction
 * open, and with it a place in LMDB's reader table, which the kernel vouches for: LMDB holds a file
 * lock for the process, gone the moment the process is (`mdb_reader_pid` in its mdb.c). Who owns
 * the folder is a row, examined and set in one write transaction, which LMDB serializes between
 * processes. So there is no moment in which two engines can both find a dead owner and both win,
 * and a lock left by `kill -9` needs nobody to remove it.
 */
import { hostname } from "node:os";
import path from "node:path";
import { open, type RootDatabase } from "lmdb";
import { folderInUse } from "../store-error.ts";
import { assertDataFile } from "./data-file.ts";

export interface EngineLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** When the process started, to tell it from a later one with the same pid. */
  readonly startedMs: number;
  readonly host: string;
}

type Owners = RootDatabase<Owner, string>;

const OWNER = "owner";
const MAP_BYTES = 2 ** 20;

/** `directory` exists. Throws an `OperatorError` that says who holds it. */
export function acquireEngineLock(directory: string): EngineLock {
  const file = path.join(directory, "engine.lock");
  assertDataFile(file);
  const owners: Owners = open<Owner, string>({
    path: file,
    noSubdir: true,
    noSync: true,
    maxDbs: 1,
    mapSize: MAP_BYTES,
  });
  const presence = owners.useReadTransaction();
  const self: Owner = {
    pid: process.pid,
    startedMs: performance.timeOrigin,
    host: hostname(),
  };
  const holder = claim(owners, self);
  const leave = (): Promise<void> => {
    presence.done();
    return owners.close();
  };
  if (holder !== undefined) {
    void leave();
    throw folderInUse(directory, holder);
  }
  return {
    async release() {
      owners.removeSync(OWNER);
      await leave();
    },
  };
}

/** The living owner when there is one; else `self` becomes the owner. */
function claim(owners: Owners, self: Owner): Owner | undefined {
  return owners.transactionSync(() => {
    const owner = owners.get(OWNER);
    if (owner !== undefined && isAlive(owners, owner, self)) {
      return owner;
    }
    owners.putSync(OWNER, self);
    return undefined;
  });
}

function isAlive(owners: Owners, owner: Owner, self: Owner): boolean {
  if (owner.pid === self.pid) {
    return owner.startedMs === self.startedMs;
  }
  owners.readerCheck();
  return livingPids(owners).has(owner.pid);
}

/** LMDB lists readers as lines of pid, thread and transaction. */
function livingPids(owners: Owners): ReadonlySet<number> {
  const lines = String(owners.readerList()).split("\n");
  return new Set(lines.map((line) => Number.parseInt(line, 10)));
}
