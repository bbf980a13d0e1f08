import { tellOf } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { objectTags } from "../tags.ts";
import { shownVersionId } from "../version.ts";
import { changeVersion } from "../versioned.ts";

/** Replaces all tags. */
export const putObjectTagging: S3Operation<"PutObjectTagging"> = async (ctx, input) => {
  const tags = objectTags(input.Tagging.TagSet);
  return ctx.store.write((tx) => {
    const { bucket, object } = changeVersion(tx, input, () => ({ tags }));
    tellOf(tx, ctx, { bucket, key: input.Key }, object, "ObjectTagging:Put");
    return { VersionId: shownVersionId(bucket, object) };
  });
};
