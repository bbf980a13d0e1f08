import { noSuchObjectLock } from "../errors.ts";
import { noLock } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { requireVersion } from "../versioned.ts";

export const getObjectRetention: S3Operation<"GetObjectRetention"> = async (ctx, input) => {
  const { bucket, object } = await ctx.store.read((tx) => requireVersion(tx, input));
  if (bucket.objectLock === undefined) {
    throw noLock();
  }
  if (object.retention === undefined) {
    throw noSuchObjectLock();
  }
  const { mode: Mode, untilMs } = object.retention;
  return { Retention: { Mode, RetainUntilDate: new Date(untilMs) } };
};
