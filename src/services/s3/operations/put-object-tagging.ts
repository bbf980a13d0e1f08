import { checkVersionId, retag } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { objectTags } from "../tags.ts";

/** Replaces all tags. */
export const putObjectTagging: S3Operation<"PutObjectTagging"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  const tags = objectTags(input.Tagging.TagSet);
  await ctx.store.write((tx) => retag(tx, input, tags));
  return {};
};
