/**
 * The folder of an embedded store: `engine.lock` says who works on it, `rows.mdb` holds the rows.
 *
 * Two rows are the store's own: `["millrace", "schema"]`, the version of the layout of all rows, and
 * `["millrace", "stamp"]`, a time that no stamp given out so far is beyond, so that ordered ids stay
 * in order when the clock stood earlier at the next start.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { encodeKey, encodeKeyText, type Key } from "../../base/ordered-key.ts";
import type { Random } from "../../platform/random.ts";
import { decodeRecord, encodeRecord } from "../record.ts";
import type { SortedMap } from "../sorted-map.ts";
import { createStamps } from "../stamps.ts";
import { folderUnusable, wrongLayout } from "../store-error.ts";
import { assertDataFile } from "./data-file.ts";
import { acquireEngineLock } from "./engine-lock.ts";
import { type Environment, openEnvironment } from "./environment.ts";

export interface DataFolder {
  readonly environment: Environment;
  /** See `createStamps`. */
  stamp(nowMs: number): string;
  /** Adds to a group about to be committed what keeps its stamps in order after a restart. */
  mark(rows: SortedMap<Uint8Array | undefined>): void;
  close(): Promise<void>;
}

export interface DataFolderOptions {
  readonly directory: string;
  readonly random: Random;
  readonly mapBytes?: number;
}

/** Raised with every change of the layout of rows that older code would misread. */
export const SCHEMA_VERSION = 3;

const ROWS_FILE = "rows.mdb";
const MAP_BYTES_DEFAULT = 2 ** 30;
const SCHEMA_KEY: Key = ["millrace", "schema"];
const STAMP_KEY: Key = ["millrace", "stamp"];
/** How far ahead stamps are accounted for at once: a row written once a minute under load. */
const STAMP_AHEAD_MS = 60_000;

export async function openDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const directory = path.resolve(options.directory);
  prepare(directory);
  const lock = acquireEngineLock(directory);
  try {
    const environment = await openRows(directory, options.mapBytes ?? MAP_BYTES_DEFAULT);
    const { stamp, mark } = markedStamps(environment, options.random);
    const close = async (): Promise<void> => {
      await environment.close();
      await lock.release();
    };
    return { environment, stamp, mark, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Empties the store of a closed folder. */
export async function removeRows(directory: string): Promise<void> {
  const file = path.join(directory, ROWS_FILE);
  await Promise.all([file, `${file}-lock`].map((one) => rm(one, { force: true })));
}

/** A new folder is its owner's alone: secrets lie in it together with the key they are kept by. */
export const DATA_FOLDER_MODE = 0o700;

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: DATA_FOLDER_MODE });
    accessSync(directory, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw folderUnusable(directory, error instanceof Error ? error.message : String(error));
  }
}

async function openRows(directory: string, mapBytes: number): Promise<Environment> {
  const file = path.join(directory, ROWS_FILE);
  const isNew = !existsSync(file);
  const environment = opened(file, mapBytes);
  try {
    await checkSchema(environment, directory);
    if (isNew) {
      syncDirectory(directory);
      syncDirectory(path.dirname(directory));
    }
    return environment;
  } catch (error) {
    await environment.close();
    throw error;
  }
}

function opened(file: string, mapBytes: number): Environment {
  assertDataFile(file);
  return openEnvironment({ path: file, mapBytes });
}

async function checkSchema(environment: Environment, directory: string): Promise<void> {
  const value = environment.snapshot.get(encodeKey(SCHEMA_KEY));
  if (value !== undefined) {
    const version: unknown = decodeRecord(value);
    if (version !== SCHEMA_VERSION) {
      throw wrongLayout(directory, `has layout version ${JSON.stringify(version)}`, SCHEMA_VERSION);
    }
    return;
  }
  for (const _row of environment.snapshot.range(EVERYTHING)) {
    throw wrongLayout(directory, "holds rows but no layout version", SCHEMA_VERSION);
  }
  await environment.commit([[encodeKeyText(SCHEMA_KEY), encodeRecord(SCHEMA_VERSION)]]);
  environment.refresh();
}

const EVERYTHING = {
  from: Buffer.alloc(0),
  until: Buffer.from([0xff]),
  reverse: false,
};

function markedStamps(
  environment: Environment,
  random: Random,
): Pick<DataFolder, "stamp" | "mark"> {
  const stored = environment.snapshot.get(encodeKey(STAMP_KEY));
  let markedMs = stored === undefined ? -1 : decodeRecord<number>(stored);
  const stamps = createStamps(random, markedMs);
  return {
    stamp: stamps.next,
    mark(rows) {
      if (stamps.lastMs() > markedMs) {
        markedMs = stamps.lastMs() + STAMP_AHEAD_MS;
        rows.set(encodeKeyText(STAMP_KEY), encodeRecord(markedMs));
      }
    },
  };
}

/** Makes the entries of a directory survive a power loss, which syncing a file alone does not. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
