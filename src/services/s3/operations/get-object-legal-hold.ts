import { noSuchObjectLock } from "../errors.ts";
import { lockFields, noLock } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { requireVersion } from "../versioned.ts";

export const getObjectLegalHold: S3Operation<"GetObjectLegalHold"> = async (ctx, input) => {
  const { bucket, object } = await ctx.store.read((tx) => requireVersion(tx, input));
  if (bucket.objectLock === undefined) {
    throw noLock();
  }
  if (object.hasLegalHold === undefined) {
    throw noSuchObjectLock();
  }
  return { LegalHold: { Status: lockFields(object).ObjectLockLegalHoldStatus } };
};
