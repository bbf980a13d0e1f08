/** What an engine keeps in its data folder beside the rows of the store. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { removeRows } from "../store/lmdb/data-folder.ts";

export const DATA_PLACES = {
  /** S3 objects and function packages. */
  blobs: "blobs",
  /** Unpacked function packages: made again from the blobs. */
  code: "code",
  /** Unpacked container images. */
  images: "images",
  /** Working files of function processes. */
  environments: "environments",
} as const;

/**
 * Empties the folder of an engine that is closed. The rows go first: whatever a crash leaves behind
 * is then named by nothing, and swept at the next start.
 */
export async function removeData(directory: string): Promise<void> {
  await removeRows(directory);
  const places = Object.values(DATA_PLACES).map((place) => path.join(directory, place));
  await Promise.all(places.map((place) => rm(place, { recursive: true, force: true })));
}
