/** What lists of objects say of each. */

import type { Object_ } from "../../wire/models/s3.gen.ts";
import { canonicalUser } from "./bucket.ts";
import type { EncodeKey } from "./key-encoding.ts";
import { quoted, type StoredObject } from "./object.ts";

export function listedObject(
  encode: EncodeKey,
  key: string,
  object: StoredObject,
): Object_ & { readonly Key: string } {
  const { checksum } = object;
  return {
    Key: encode(key),
    LastModified: new Date(object.modifiedMs),
    ETag: quoted(object.etag),
    ChecksumAlgorithm: checksum && [checksum.name],
    ChecksumType: checksum?.type,
    Size: object.sizeBytes,
    StorageClass: object.storageClass,
  };
}

export function ownerOf(accountId: string, isWanted: boolean): Pick<Object_, "Owner"> {
  return isWanted ? { Owner: canonicalUser(accountId) } : {};
}

export function listedPrefixes(
  encode: EncodeKey,
  prefixes: readonly string[],
): readonly { readonly Prefix: string }[] {
  return prefixes.map((prefix) => ({ Prefix: encode(prefix) }));
}
