import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { saveSecret } from "../secret.ts";
import { withoutTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
export const untagResource: SecretsManagerOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "UntagResource", id: input.SecretId };
    const { home, secret } = locateWritable(tx, wanted);
    saveSecret(tx, home, { ...secret, tags: withoutTags(secret.tags, input.TagKeys) });
  });
};
