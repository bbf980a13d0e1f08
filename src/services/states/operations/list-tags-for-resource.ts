import { describedTags } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { taggedResource } from "../tagged.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html */
export const listTagsForResource: StatesOperation<"ListTagsForResource"> = async (ctx, input) =>
  ctx.store.read((tx) => ({ tags: describedTags(taggedResource(tx, input.resourceArn).tags) }));
