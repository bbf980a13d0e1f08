import type { ApiOperation } from "../ports.ts";
import { tagsOf } from "../tagged.ts";

export const getTags: ApiOperation<"GetTags"> = async (ctx, { resourceArn }) =>
  ctx.store.read((tx) => ({ tags: tagsOf(tx, ctx, resourceArn) }));
