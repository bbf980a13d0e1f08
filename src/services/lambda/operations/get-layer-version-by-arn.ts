import { layerPath } from "../code-url.ts";
import { constraintFailed } from "../errors.ts";
import { existingLayerVersion, layerVersionOfArn, shownLayerVersion } from "../layer.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html */
export const getLayerVersionByArn: LambdaOperation<"GetLayerVersionByArn"> = async (ctx, input) => {
  const id = layerVersionOfArn(input.Arn);
  if (id === undefined) {
    throw constraintFailed(
      input.Arn,
      "arn",
      "Member must satisfy regular expression pattern: " +
        "arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+",
    );
  }
  const version = await ctx.store.read((tx) => existingLayerVersion(tx, id, id.number));
  return shownLayerVersion(version, ctx.endpoint + layerPath(version));
};
