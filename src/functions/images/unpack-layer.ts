/**
 * Lays one layer of an image over the folder that holds the layers below it.
 *
 * Invariants: nothing outside the folder is read or written, whatever the archive says; names with
 * `..` are refused; whiteouts take away what lower layers brought and nothing of their own layer.
 * Owners, devices, extended attributes and set-user-id bits are left out: all files are those of the
 * user who runs the engine, and no program of an image gains rights by its file.
 * Source: https://github.com/opencontainers/image-spec/blob/main/layer.md
 */
import { createWriteStream } from "node:fs";
import { chmod, link, lstat, mkdir, readdir, rm, symlink, utimes } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { ImageError } from "./image-error.ts";
import { placeInside } from "./inside-root.ts";
import { readTar, type TarContent } from "./tar.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** Names the storage of earlier engines kept to itself. */
const WHITEOUT_META = ".wh..wh.";

/** With the sticky bit, which `/tmp` has; without set-user-id and set-group-id. */
const MODE_MASK = 0o1777;
/** The engine must be able to read files, and to write into folders until they are removed. */
const FILE_MODE_MIN = 0o400;
const FOLDER_MODE_MIN = 0o700;

interface Layer {
  readonly root: string;
  /** What this layer brought, and the folders above it: relative names. */
  readonly own: Set<string>;
  /** Folders by the name they are given in the archive. */
  readonly folders: Map<string, string>;
}

/** Bytes written are told, so that the caller can hold the image to a limit. */
export async function unpackLayer(
  tar: AsyncIterable<Uint8Array>,
  root: string,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const layer: Layer = { root, own: new Set(), folders: new Map() };
  const modes = new Map<string, number>();
  for await (const entry of readTar(tar)) {
    const segments = safeSegments(entry.name);
    const base = segments.at(-1);
    if (base === undefined) {
      continue;
    }
    const parent = segments.slice(0, -1).join("/");
    if (base.startsWith(WHITEOUT)) {
      await whiteOut(layer, parent, base);
      continue;
    }
    const folder = await folderOf(layer, parent);
    const target = path.join(folder, base);
    noteOwn(layer, path.relative(root, target));
    onBytes(entry.size);
    if (entry.type === "directory") {
      await makeFolder(layer, target);
      modes.set(target, (entry.mode & MODE_MASK) | FOLDER_MODE_MIN);
    } else if (entry.type !== "special") {
      await replace(layer, target);
      await writeEntry(layer, entry, target);
    }
  }
  for (const [folder, mode] of modes) {
    // It may have been replaced since by something that is none.
    if ((await lstat(folder).catch(() => undefined))?.isDirectory()) {
      await chmod(folder, mode);
    }
  }
}

function noteOwn({ own }: Layer, name: string): void {
  for (let at = name; at !== "." && !own.has(at); at = path.dirname(at)) {
    own.add(at);
  }
}

function safeSegments(name: string): readonly string[] {
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..") || name.includes("\0")) {
    throw new ImageError(`A layer of the image names a file outside of it: ${name}`);
  }
  return segments;
}

/** The real place of a folder, made where it is missing. */
async function folderOf(layer: Layer, name: string): Promise<string> {
  const known = layer.folders.get(name);
  if (known !== undefined) {
    return known;
  }
  const place = await placeInside(layer.root, name);
  if (!(await lstat(place).catch(() => undefined))?.isDirectory()) {
    await rm(place, { force: true });
    await mkdir(place, { recursive: true });
  }
  layer.folders.set(name, place);
  return place;
}

async function makeFolder(layer: Layer, target: string): Promise<void> {
  if ((await lstat(target).catch(() => undefined))?.isDirectory()) {
    return;
  }
  await replace(layer, target);
  await mkdir(target);
}

/** Takes away what lies there, and what is known of folders that may have lain in it. */
async function replace({ folders }: Layer, target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found === undefined) {
    return;
  }
  if (found.isDirectory() || found.isSymbolicLink()) {
    folders.clear();
  }
  await rm(target, { recursive: true, force: true });
}

async function writeEntry(layer: Layer, entry: TarContent, target: string): Promise<void> {
  switch (entry.type) {
    case "symlink":
      layer.folders.clear();
      await symlink(entry.linkName, target);
      return;
    case "link":
      await link(await linkedFile(layer, entry), target);
      return;
    default: {
      const mode = (entry.mode & MODE_MASK) | FILE_MODE_MIN;
      await pipeline(entry.content, createWriteStream(target, { flags: "wx", mode: 0o600 }));
      await chmod(target, mode);
      // Compiled Python code is good for a source of one time of change.
      await utimes(target, entry.modifiedSeconds, entry.modifiedSeconds);
    }
  }
}

/** What a hard link means stands in this layer or in one below, and nowhere else. */
async function linkedFile({ root }: Layer, { linkName, name }: TarContent): Promise<string> {
  const segments = safeSegments(linkName);
  const folder = await placeInside(root, segments.slice(0, -1).join("/"));
  const file = path.join(folder, segments.at(-1) ?? "");
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || found.isDirectory()) {
    throw new ImageError(`A layer of the image links ${name} to ${linkName}, which is no file.`);
  }
  return file;
}

async function whiteOut(layer: Layer, parent: string, base: string): Promise<void> {
  const folder = await placeInside(layer.root, parent);
  if (base === OPAQUE) {
    for (const name of await readdir(folder).catch(() => [])) {
      await removeLower(layer, path.join(folder, name));
    }
    return;
  }
  const name = base.slice(WHITEOUT.length);
  if (base.startsWith(WHITEOUT_META)) {
    return;
  }
  if (name === "" || name === "." || name === "..") {
    throw new ImageError(`A layer of the image has a whiteout of nothing: ${parent}/${base}`);
  }
  await removeLower(layer, path.join(folder, name));
}

/** All but what this layer itself brought. */
async function removeLower(layer: Layer, target: string): Promise<void> {
  if (!layer.own.has(path.relative(layer.root, target))) {
    layer.folders.clear();
    await rm(target, { recursive: true, force: true });
    return;
  }
  if ((await lstat(target).catch(() => undefined))?.isDirectory()) {
    for (const child of await readdir(target)) {
      await removeLower(layer, path.join(target, child));
    }
  }
}
