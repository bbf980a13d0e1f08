/** Packages as zip archives: equal content gives equal bytes, so that a hash names the content. */
import { ZipFile } from "yazl";
import { concatBytes } from "../base/bytes.ts";

export interface ZipEntry {
  /** With slashes, relative to the archive's root. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/** No time zone: the fields of a date in an archive are those of local time. */
const ENTRY_DATE = new Date(1980, 0, 1);
/** Packages travel no further than this machine: time counts, size does not. */
const COMPRESSION_LEVEL = 1;
const FILE_MODE = 0o100644;
const EXECUTABLE_MODE = 0o100755;

export async function zipOf(entries: readonly ZipEntry[]): Promise<Uint8Array> {
  const zip = new ZipFile();
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, bytes, isExecutable } of sorted) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), path, {
      mtime: ENTRY_DATE,
      compressionLevel: COMPRESSION_LEVEL,
      mode: isExecutable ? EXECUTABLE_MODE : FILE_MODE,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  const parts: Uint8Array[] = [];
  for await (const part of zip.outputStream) {
    parts.push(part as Uint8Array);
  }
  return concatBytes(parts);
}
