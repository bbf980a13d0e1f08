/**
 * Where a client gets the package of a function: a path of the engine in the place of AWS's
 * presigned URL. `/_millrace/code/us-east-1/000000000000/orders.zip`
 */
import type { Blobs } from "../../store/blobs.ts";
import type { Store } from "../../store/store.ts";
import { findFunction } from "./function.ts";
import type { FunctionId } from "./function-name.ts";

export const CODE_PATH_PREFIX = "/_millrace/code/";

const FORM = /^\/_millrace\/code\/([a-z0-9-]+)\/(\d{12})\/([a-zA-Z0-9-_]+)\.zip$/;

export function codePath({ region, accountId, name }: FunctionId): string {
  return `${CODE_PATH_PREFIX}${region}/${accountId}/${name}.zip`;
}

/** The zip file a path stands for; `undefined` when there is no such function. */
export async function readCode(
  ports: { readonly store: Store; readonly blobs: Blobs },
  path: string,
): Promise<Uint8Array | undefined> {
  const [, region, accountId, name] = FORM.exec(path) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) {
    return undefined;
  }
  const fn = await ports.store.read((tx) => findFunction(tx, { region, accountId, name }));
  return fn && ports.blobs.readAll(fn.code.blobId);
}
