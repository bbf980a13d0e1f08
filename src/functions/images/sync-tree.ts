/** Waits until a folder with all its files is on disk. */
import { execFile } from "node:child_process";
import { open, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * By one call for the whole file system where the machine's `sync` has it (GNU), by every file for
 * itself elsewhere: an image has tens of thousands.
 */
export async function syncTree(directory: string): Promise<void> {
  const isSynced = await new Promise<boolean>((resolve) => {
    execFile("sync", ["--file-system", directory], (error) => resolve(error === null));
  });
  if (!isSynced) {
    await syncEach(directory);
  }
}

async function syncEach(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) {
      const handle = await open(path.join(entry.parentPath, entry.name));
      await handle.sync().finally(() => handle.close());
    }
  }
}
