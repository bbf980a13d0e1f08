/**
 * Where a client gets the package of a function: a path of the engine in the place of AWS's
 * presigned URL. `/_millrace/code/us-east-1/000000000000/orders.zip`
 */
import type { Blobs } from "../../store/blobs.ts";
import type { Store } from "../../store/store.ts";
import { findVersion, type LambdaFunction } from "./function.ts";
import { layerVersions } from "./keys.ts";
import { type LayerVersion, layerKey } from "./layer.ts";

export const CODE_PATH_PREFIX = "/_millrace/code/";

const FORM =
  /^\/_millrace\/code\/([a-z0-9-]+)\/(\d{12})\/(layer\/)?([a-zA-Z0-9-_]+)(?:\/(\d+))?\.zip$/;

/** `.../orders.zip` of `$LATEST`, `.../orders/3.zip` of a version. */
export function codePath({ region, accountId, name, version }: LambdaFunction): string {
  const file = version === undefined ? name : `${name}/${version}`;
  return `${CODE_PATH_PREFIX}${region}/${accountId}/${file}.zip`;
}

export function layerPath({ region, accountId, name, number }: LayerVersion): string {
  return `${CODE_PATH_PREFIX}${region}/${accountId}/layer/${name}/${number}.zip`;
}

/** The zip file a path stands for; `undefined` when there is none. */
export async function readCode(
  ports: { readonly store: Store; readonly blobs: Blobs },
  path: string,
): Promise<Uint8Array | undefined> {
  const [, region, accountId, isLayer, name, number] = FORM.exec(path) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) {
    return undefined;
  }
  const id = { region, accountId, name };
  const holder = await ports.store.read((tx) =>
    isLayer === undefined
      ? findVersion(tx, { ...id, qualifier: number })
      : layerVersions.get(tx, [...layerKey(id), Number(number)]),
  );
  const blobId = holder?.code.blobId;
  return blobId === undefined ? undefined : ports.blobs.readAll(blobId);
}
