import type { CodeDeployOperation } from "../ports.ts";
import { tagged, withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TagResource.html */
export const tagResource: CodeDeployOperation<"TagResource"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const resource = tagged(tx, ctx, input.ResourceArn);
    resource.put(tx, withTags(resource.tags, input.Tags));
    return {};
  });
