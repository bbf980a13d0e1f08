/**
 * Paths within an unpacked root file system, as a process would see them whose root it is.
 *
 * Symbolic links in an image mean places in that image, however they are written. So they are
 * followed here, one by one, and never by the system: a link to `/etc` or to `../../..` stays inside.
 */
import { lstat, readlink } from "node:fs/promises";
import path from "node:path";
import { ImageError } from "./image-error.ts";

/** As many as Linux follows. */
const LINKS_MAX = 40;

/**
 * The real place of a path in the root, its links followed, the last one too; what does not exist
 * is taken as it is written. Throws `ImageError` when the links lead nowhere.
 */
export async function placeInside(root: string, name: string): Promise<string> {
  const waiting = segmentsOf(name).reverse();
  const place: string[] = [];
  let links = 0;
  for (let segment = waiting.pop(); segment !== undefined; segment = waiting.pop()) {
    if (segment === "..") {
      place.pop();
      continue;
    }
    const target = await linkTarget(path.join(root, ...place, segment));
    if (target === undefined) {
      place.push(segment);
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) {
      throw new ImageError(`Too many symbolic links on the way to ${name}.`);
    }
    if (target.startsWith("/")) {
      place.length = 0;
    }
    waiting.push(...segmentsOf(target).reverse());
  }
  return path.join(root, ...place);
}

async function linkTarget(file: string): Promise<string | undefined> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isSymbolicLink() ? readlink(file) : undefined;
}

function segmentsOf(name: string): string[] {
  return name.split("/").filter((segment) => segment !== "" && segment !== ".");
}
