import type { S3Operation } from "../ports.ts";
import { tagSet } from "../tags.ts";
import { shownVersionId } from "../version.ts";
import { requireVersion } from "../versioned.ts";

export const getObjectTagging: S3Operation<"GetObjectTagging"> = async (ctx, input) => {
  const { bucket, object } = await ctx.store.read((tx) => requireVersion(tx, input));
  return { TagSet: tagSet(object.tags), VersionId: shownVersionId(bucket, object) };
};
