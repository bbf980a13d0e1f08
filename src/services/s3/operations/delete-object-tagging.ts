import { tellOf } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { shownVersionId } from "../version.ts";
import { changeVersion } from "../versioned.ts";

export const deleteObjectTagging: S3Operation<"DeleteObjectTagging"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const { bucket, object } = changeVersion(tx, input, () => ({ tags: {} }));
    tellOf(tx, ctx, { bucket, key: input.Key }, object, "ObjectTagging:Delete");
    return { VersionId: shownVersionId(bucket, object) };
  });
