import type { StatesOperation } from "../ports.ts";
import { taggedResource } from "../tagged.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html */
export const untagResource: StatesOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, input.resourceArn);
    const left = Object.entries(resource.tags).filter(([key]) => !input.tagKeys.includes(key));
    resource.put(tx, Object.fromEntries(left));
  });
  return {};
};
