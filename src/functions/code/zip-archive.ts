/** Reads and writes zip archives as Lambda takes them: with modes, symbolic links and a size limit. */
import { createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, readdir, readlink, realpath, stat, symlink } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from "yauzl";
import { ZipFile as ZipWriter } from "yazl";

/** AWS's limit of a package and its layers, in bytes. */
const UNZIPPED_SIZE_MAX = 262_144_000;
/** More files than a package of that size sensibly has. */
const ENTRIES_MAX = 200_000;
/** Files written at one time. */
const WRITERS = 8;
/** The longest target of a symbolic link, in bytes. */
const LINK_SIZE_MAX = 4096;
/** How deep folders may nest; a link to a folder around it ends here. */
const DEPTH_MAX = 64;

const TYPE_MASK = 0o170000;
const TYPE_LINK = 0o120000;
const TYPE_FILE = 0o100000;
const PERMISSIONS = 0o777;
const UNIX_HOST = 3;
/** Equal contents make equal archives. */
const MODIFIED_AT = new Date(Date.UTC(1980, 0, 1));

/** The package is not one that Lambda takes: the message is AWS's. */
export class CodePackageError extends Error {
  override readonly name = "CodePackageError";
}

export interface ZipArchive {
  /** Of all entries, unpacked, in bytes. */
  readonly size: number;
  /** Writes every entry into a folder that does not exist yet. */
  extract(directory: string): Promise<void>;
  /** Whether a folder holds every entry, by name and size. */
  matches(directory: string): Promise<boolean>;
  close(): void;
}

/** Reads the list of entries. Rejects with `CodePackageError`. */
export async function openZip(zip: Uint8Array | string): Promise<ZipArchive> {
  const options = { lazyEntries: true, autoClose: false };
  try {
    const zipFile = await (typeof zip === "string"
      ? openPromise(zip, options)
      : fromBufferPromise(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), options));
    const entries = await readEntries(zipFile);
    return {
      size: entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0),
      extract: (directory) => extract(zipFile, entries, directory).catch(rethrowReadable),
      matches: (directory) => matches(entries, directory),
      close: () => zipFile.close(),
    };
  } catch (error) {
    return rethrowReadable(error);
  }
}

async function readEntries(zipFile: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let size = 0;
  for await (const entry of zipFile.eachEntry()) {
    entries.push(entry);
    size += entry.uncompressedSize;
    if (size > UNZIPPED_SIZE_MAX || entries.length > ENTRIES_MAX) {
      throw new CodePackageError(`Unzipped size must be smaller than ${UNZIPPED_SIZE_MAX} bytes`);
    }
  }
  if (entries.length === 0) {
    throw new CodePackageError("Uploaded file must be a non-empty zip");
  }
  return entries;
}

/** Faults of the archive; those of the disk are told as they are. */
function rethrowReadable(error: unknown): never {
  if (error instanceof CodePackageError || (error as NodeJS.ErrnoException)?.syscall) {
    throw error;
  }
  throw new CodePackageError(
    "Could not unzip uploaded file. Please check your file, then try to upload again.",
  );
}

async function extract(
  zipFile: ZipFile,
  entries: readonly Entry[],
  directory: string,
): Promise<void> {
  const folders = new Set([directory]);
  for (const entry of entries) {
    const target = path.join(directory, entry.fileName);
    folders.add(isFolder(entry) ? target : path.dirname(target));
  }
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
  }
  const files = entries.filter((entry) => !isFolder(entry) && !isLink(entry));
  let next = 0;
  const writer = async (): Promise<void> => {
    for (let entry = files[next++]; entry; entry = files[next++]) {
      const target = path.join(directory, entry.fileName);
      const mode = permissionsOf(entry);
      await pipeline(await openEntry(zipFile, entry), createWriteStream(target, { mode }));
      // Past the umask.
      await chmod(target, mode);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  // Last, so that nothing is written through one.
  for (const entry of entries.filter(isLink)) {
    if (entry.uncompressedSize > LINK_SIZE_MAX) {
      throw new Error("the target of a symbolic link is too long");
    }
    const target = await buffer(await openEntry(zipFile, entry));
    await symlink(target.toString("utf8"), path.join(directory, entry.fileName));
  }
}

/** The library checks the size and the checksum of what it reads. */
function openEntry(zipFile: ZipFile, entry: Entry): Promise<Readable> {
  return zipFile.openReadStreamPromise(entry);
}

async function matches(entries: readonly Entry[], directory: string): Promise<boolean> {
  const present = await Promise.all(
    entries.map(async (entry) => {
      const found = await lstat(path.join(directory, entry.fileName)).catch(() => undefined);
      return found && (isFolder(entry) || found.size === entry.uncompressedSize);
    }),
  );
  return present.every(Boolean);
}

function isFolder(entry: Entry): boolean {
  return entry.fileName.endsWith("/");
}

function isLink(entry: Entry): boolean {
  return (unixMode(entry) & TYPE_MASK) === TYPE_LINK;
}

/** An archive made where files have no modes gets those that `unzip` would give. */
function permissionsOf(entry: Entry): number {
  const permissions = unixMode(entry) & PERMISSIONS;
  return permissions === 0 ? 0o644 : permissions;
}

function unixMode(entry: Entry): number {
  return entry.versionMadeBy >>> 8 === UNIX_HOST ? entry.externalFileAttributes >>> 16 : 0;
}

/** Packs a folder: equal contents and modes give equal bytes. */
export async function zipDirectory(directory: string): Promise<Uint8Array> {
  const writer = new ZipWriter();
  const root = await realpath(directory);
  const options = { mtime: MODIFIED_AT, forceDosTimestamp: true };
  const packed = buffer(writer.outputStream as Readable);
  for (const file of await filesOf(root, root, "", 0)) {
    if (file.linkTarget === undefined) {
      writer.addFile(file.path, file.name, { ...options, mode: file.mode });
    } else {
      const target = Buffer.from(file.linkTarget);
      writer.addBuffer(target, file.name, { ...options, mode: file.mode, compress: false });
    }
  }
  writer.end();
  const failed = new Promise<never>((_, reject) => writer.once("error", reject));
  return Promise.race([packed, failed]);
}

interface PackedFile {
  readonly path: string;
  /** Relative, with slashes. */
  readonly name: string;
  readonly mode: number;
  readonly linkTarget?: string;
}

async function filesOf(
  root: string,
  folder: string,
  prefix: string,
  depth: number,
): Promise<readonly PackedFile[]> {
  if (depth > DEPTH_MAX) {
    throw new Error(`folders nest deeper than ${DEPTH_MAX}: ${folder}`);
  }
  const found: PackedFile[] = [];
  for (const child of (await readdir(folder)).sort()) {
    const file = path.join(folder, child);
    const name = prefix + child;
    const link = await innerLink(root, file);
    const info = await stat(file).catch(() => undefined);
    if (link !== undefined) {
      found.push({ path: file, name, mode: TYPE_LINK | PERMISSIONS, linkTarget: link });
    } else if (info?.isDirectory()) {
      found.push(...(await filesOf(root, file, `${name}/`, depth + 1)));
    } else if (info?.isFile()) {
      found.push({ path: file, name, mode: TYPE_FILE | (info.mode & PERMISSIONS) });
    }
  }
  return found;
}

/** The target of a link that leads to a place in the package; others are packed as what they show. */
async function innerLink(root: string, file: string): Promise<string | undefined> {
  if (!(await lstat(file)).isSymbolicLink()) {
    return undefined;
  }
  const target = await readlink(file);
  const resolved = await realpath(file).catch(() => undefined);
  return !path.isAbsolute(target) && resolved?.startsWith(`${root}${path.sep}`)
    ? target
    : undefined;
}
