import { tooManyTags } from "../errors.ts";
import { TAGS_MAX } from "../limits.ts";
import { tagsOf } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { taggedResource } from "../tagged.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html */
export const tagResource: StatesOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, input.resourceArn);
    const tags = { ...resource.tags, ...tagsOf(input.tags, input.resourceArn) };
    if (Object.keys(tags).length > TAGS_MAX) {
      throw tooManyTags(input.resourceArn);
    }
    resource.put(tx, tags);
  });
  return {};
};
