import { describeSecret as describe } from "../described.ts";
import { locate } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export const describeSecret: SecretsManagerOperation<"DescribeSecret"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const wanted = { asker: ctx, operation: "DescribeSecret", id: input.SecretId };
    return describe(tx, locate(tx, wanted));
  });
