import type { CodeDeployOperation } from "../ports.ts";
import { tagged } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: CodeDeployOperation<"ListTagsForResource"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const { tags } = tagged(tx, ctx, input.ResourceArn);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  });
