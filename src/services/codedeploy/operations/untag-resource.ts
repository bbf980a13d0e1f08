import type { CodeDeployOperation } from "../ports.ts";
import { tagged } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UntagResource.html */
export const untagResource: CodeDeployOperation<"UntagResource"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const resource = tagged(tx, ctx, input.ResourceArn);
    const kept = Object.entries(resource.tags).filter(([key]) => !input.TagKeys.includes(key));
    resource.put(tx, Object.fromEntries(kept));
    return {};
  });
