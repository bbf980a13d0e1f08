import type { KinesisOperation } from "../ports.ts";
import { taggedResource } from "../tagged-resource.ts";
import { shownTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: KinesisOperation<"ListTagsForResource"> = (ctx, input) =>
  ctx.store.read((tx) => ({
    Tags: shownTags(taggedResource(tx, ctx, "ListTagsForResource", input).tags),
  }));
