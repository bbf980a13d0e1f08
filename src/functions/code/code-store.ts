/**
 * Unpacked function packages, one folder for each content: what environments run from.
 *
 * Invariants: a folder named by a hash holds the whole package or does not exist; it is not changed
 * once it is there. One that an earlier engine left is compared with its archive when it is first
 * used, since a power failure can leave files without their contents.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { linkSdk } from "./sdk-link.ts";
import { openZip } from "./zip-archive.ts";

export interface CodeStore {
  /**
   * The absolute path of the package with this hash (any stable name of its content, in
   * hexadecimal), unpacked when it is new. The archive is given as bytes or as a path. Rejects with
   * `CodePackageError`.
   */
  unpack(sha256: string, zip: Uint8Array | string): Promise<string>;
  /** What a package takes unpacked, in bytes. Rejects as `unpack` does. */
  measure(zip: Uint8Array | string): Promise<number>;
  /** The hashes of the packages that lie here unpacked, those of earlier engines among them. */
  list(): Promise<readonly string[]>;
  /** Removes a package that nothing runs from: unpacked again, it is there again. */
  remove(sha256: string): Promise<void>;
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * Node.js takes the nearest package.json above a file for the file's own: without this one, a data
 * folder inside a project of type `module` would turn CommonJS handlers into modules.
 */
function endPackageScope(directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, "package.json"), "{}\n");
}

export function createCodeStore(options: { readonly directory: string }): CodeStore {
  const directory = path.resolve(options.directory);
  const known = new Map<string, Promise<string>>();
  let drafts = 0;

  const unpack = async (sha256: string, zip: Uint8Array | string): Promise<string> => {
    const target = path.join(directory, sha256);
    const archive = await openZip(zip);
    drafts += 1;
    const draft = path.join(directory, `.${sha256}.${process.pid}.${drafts}`);
    try {
      if (!(await archive.matches(target))) {
        await rm(draft, { recursive: true, force: true });
        await archive.extract(draft);
        await rm(target, { recursive: true, force: true });
        await rename(draft, target);
      }
      return target;
    } finally {
      archive.close();
      await rm(draft, { recursive: true, force: true });
    }
  };

  return {
    unpack(sha256, zip) {
      let unpacked = known.get(sha256);
      if (!unpacked) {
        if (known.size === 0) {
          // Above every package, for those that do not bring the SDK or a package.json.
          linkSdk(directory);
          endPackageScope(directory);
        }
        unpacked = unpack(sha256, zip);
        known.set(sha256, unpacked);
        unpacked.catch(() => known.delete(sha256));
      }
      return unpacked;
    },
    async measure(zip) {
      const archive = await openZip(zip);
      archive.close();
      return archive.size;
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => HASH.test(name));
    },
    async remove(sha256) {
      known.delete(sha256);
      // Renamed first: what is unpacked meanwhile has the name for itself.
      drafts += 1;
      const doomed = path.join(directory, `.${sha256}.${process.pid}.${drafts}`);
      try {
        await rename(path.join(directory, sha256), doomed);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
          return;
        }
        throw error;
      }
      await rm(doomed, { recursive: true, force: true });
    },
  };
}
