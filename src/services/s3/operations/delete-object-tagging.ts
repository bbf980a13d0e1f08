import { checkVersionId, retag } from "../object.ts";
import type { S3Operation } from "../ports.ts";

export const deleteObjectTagging: S3Operation<"DeleteObjectTagging"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  await ctx.store.write((tx) => retag(tx, input, {}));
  return {};
};
