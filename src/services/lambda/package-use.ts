/**
 * Packages in the store, and who has them: each function, version and layer version retains the
 * blobs of its own, so that a version outlives the layer versions it uses.
 *
 * Packages of equal content are unpacked once. The count by their hash says when nothing names the
 * unpacked files any more.
 */
import type { Blobs } from "../../store/blobs.ts";
import type { WriteTx } from "../../store/store.ts";
import { packageUses } from "./keys.ts";

export interface StoredPackage {
  /** Absent of an image: its unpacked files are all there is. */
  readonly blobId?: string | undefined;
  readonly sizeBytes: number;
  /** Of all its files. Absent of packages that were stored before it was measured. */
  readonly unzippedBytes?: number | undefined;
  /** Of the zip file, or of an image its digest: in base64. */
  readonly sha256: string;
}

/** Whatever has a package, and may have layers: a function or a version. */
interface Holder {
  readonly code: StoredPackage;
  readonly layers?: readonly StoredPackage[] | undefined;
}

/** Signalled when a package may have lost its last holder. */
export const PACKAGES_TOPIC = "lambda:packages";

export function packagesOf({ code, layers = [] }: Holder): readonly StoredPackage[] {
  return [code, ...layers];
}

export function holdPackages(blobs: Blobs, tx: WriteTx, packages: readonly StoredPackage[]): void {
  for (const { blobId, sha256 } of packages) {
    if (blobId !== undefined) {
      blobs.retain(tx, blobId);
    }
    const key = [hexHash({ sha256 })];
    packageUses.put(tx, key, (packageUses.get(tx, key) ?? 0) + 1);
  }
}

/** To be called behind `holdPackages` where a holder keeps some of what it had. */
export function dropPackages(blobs: Blobs, tx: WriteTx, packages: readonly StoredPackage[]): void {
  for (const { blobId, sha256 } of packages) {
    if (blobId !== undefined) {
      blobs.release(tx, blobId);
    }
    const key = [hexHash({ sha256 })];
    const left = (packageUses.get(tx, key) ?? 0) - 1;
    if (left > 0) {
      packageUses.put(tx, key, left);
    } else {
      packageUses.delete(tx, key);
      tx.signal(PACKAGES_TOPIC);
    }
  }
}

/** The hash of a package as the code store names it. */
export function hexHash({ sha256 }: Pick<StoredPackage, "sha256">): string {
  return Buffer.from(sha256, "base64").toString("hex");
}
