/** The files of an image: in a folder, or in a tar archive, read where they lie. */
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { ImageError } from "./image-error.ts";
import { readTar, type TarEntry } from "./tar.ts";

/** Of what is read whole (manifests and configurations), in bytes. */
const DOCUMENT_SIZE_MAX: number = 8 * 1024 * 1024;

/** The files of a layout, wherever they lie. */
export interface ImageFiles {
  /** `undefined` when there is no such file. */
  read(name: string): Promise<Buffer | undefined>;
  open(name: string): Readable;
}

/** Throws `ImageError`. */
export async function openFiles(location: string): Promise<ImageFiles> {
  const found = await stat(location).catch(() => undefined);
  if (found === undefined) {
    throw new ImageError(`There is no ${location}.`);
  }
  return found.isDirectory() ? folderFiles(location) : archiveFiles(location);
}

function folderFiles(folder: string): ImageFiles {
  return {
    async read(name) {
      const found = await stat(path.join(folder, name)).catch(() => undefined);
      return found?.isFile()
        ? readFile(path.join(folder, checkedSize(name, found.size)))
        : undefined;
    },
    open: (name) => createReadStream(path.join(folder, name)),
  };
}

const GZIP_MAGIC = [0x1f, 0x8b];

async function archiveFiles(file: string): Promise<ImageFiles> {
  const handle = await open(file);
  const start = Buffer.alloc(GZIP_MAGIC.length);
  await handle.read(start, 0, start.length, 0).finally(() => handle.close());
  if (GZIP_MAGIC.every((byte, at) => start[at] === byte)) {
    throw new ImageError(`${file} is compressed as a whole. Unpack it with gunzip first.`);
  }
  const entries = new Map<string, TarEntry>();
  for await (const entry of readTar(createReadStream(file, { highWaterMark: ARCHIVE_CHUNK }))) {
    entries.set(path.posix.normalize(entry.name), entry);
  }
  // Archives of Docker name a layer twice by linking one of the names to the other.
  const find = (name: string): TarEntry | undefined => {
    const found = entries.get(name);
    const isLink = found?.type === "symlink" || found?.type === "link";
    const base = found?.type === "link" ? "" : path.posix.dirname(name);
    return isLink ? entries.get(path.posix.join(base, found.linkName)) : found;
  };
  const stream = (name: string): Readable => {
    const entry = find(name);
    if (entry === undefined) {
      throw new ImageError(`${file} lacks ${name}.`);
    }
    const { offset, size } = entry;
    return size === 0
      ? createReadStream("/dev/null")
      : createReadStream(file, { start: offset, end: offset + size - 1 });
  };
  return {
    async read(name) {
      const entry = find(name);
      if (entry === undefined) {
        return undefined;
      }
      checkedSize(name, entry.size);
      const chunks: Buffer[] = [];
      for await (const chunk of stream(name)) {
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    },
    open: stream,
  };
}

/** Headers of large layers are far apart: what lies between is read only to be passed over. */
const ARCHIVE_CHUNK: number = 1024 * 1024;

function checkedSize(name: string, size: number): string {
  if (size > DOCUMENT_SIZE_MAX) {
    throw new ImageError(
      `${name} of the image has ${size} bytes, which is too much for what it is.`,
    );
  }
  return name;
}
