/**
 * Whether a file is one LMDB can open: the binding does not survive it when LMDB says no.
 *
 * A data file starts with two meta pages. In each, behind a page header, stand the magic number,
 * the version of the format and, further on, the page size (`MDB_meta` in LMDB's mdb.c).
 */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { dataFileUnusable } from "../store-error.ts";

const MAGIC_AT = 24;
const MAGIC = 0xbe_ef_c0_de;
const VERSION_AT = 28;
const VERSION = 2;
const PAGE_BYTES_AT = 48;
const HEADER_BYTES = 52;
const META_PAGES = 2;

/** Throws an `OperatorError` unless LMDB can open the file, or will create it. */
export function assertDataFile(file: string): void {
  const fault = faultOf(file);
  if (fault !== undefined) {
    throw dataFileUnusable(file, fault);
  }
}

function faultOf(file: string): string | undefined {
  const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes === 0) {
    return undefined;
  }
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch {
    return "this user may not read and write it";
  }
  const header = headerOf(file);
  if (sizeBytes < HEADER_BYTES || header.readUInt32LE(MAGIC_AT) !== MAGIC) {
    return "it is not an LMDB file";
  }
  if (header.readUInt32LE(VERSION_AT) !== VERSION) {
    return `its LMDB format is ${header.readUInt32LE(VERSION_AT)}, not ${VERSION}`;
  }
  return sizeBytes < META_PAGES * header.readUInt32LE(PAGE_BYTES_AT) ? "it is cut off" : undefined;
}

function headerOf(file: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  return header;
}
