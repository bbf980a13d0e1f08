/**
 * Makes sure that an unpacked image has the places that are shown otherwise to its processes. Once
 * it is shown, it can be written to no more.
 */
import { chmod, lstat, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { placeInside } from "./inside-root.ts";

export const IMAGE_FOLDERS: readonly string[] = ["/proc", "/dev", "/tmp"];
export const IMAGE_FILES: readonly string[] = ["/etc/hosts", "/etc/resolv.conf"];

export async function makeMountPoints(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const folder of IMAGE_FOLDERS) {
    const place = path.join(root, folder);
    await makeWay(place, (found) => found.isDirectory());
    await mkdir(place, { recursive: true });
  }
  for (const file of IMAGE_FILES) {
    const folder = await placeInside(root, path.dirname(file));
    await mkdir(folder, { recursive: true });
    const place = path.join(root, file);
    const isFile = await makeWay(place, (found) => found.isFile());
    if (!isFile) {
      await writeFile(place, "");
    }
  }
}

/** A link in its place would lead a mount astray. */
async function makeWay(
  place: string,
  isRight: (found: { isDirectory(): boolean; isFile(): boolean }) => boolean,
): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined);
  if (found !== undefined && !isRight(found)) {
    await rm(place, { recursive: true, force: true });
    return false;
  }
  return found !== undefined;
}
