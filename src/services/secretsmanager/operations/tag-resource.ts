import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { saveSecret } from "../secret.ts";
import { withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
export const tagResource: SecretsManagerOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "TagResource", id: input.SecretId };
    const { home, secret } = locateWritable(tx, wanted);
    saveSecret(tx, home, { ...secret, tags: withTags(secret.tags, input.Tags) });
  });
};
