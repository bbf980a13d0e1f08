import { type Alias, checkAlias, shownAlias, weightsOf } from "../alias.ts";
import { aliasExists } from "../errors.ts";
import { latestFunction } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import { aliases, functionKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
export const createAlias: LambdaOperation<"CreateAlias"> = async (ctx, input) => {
  const { region, accountId, name } = functionReference(ctx, input.FunctionName, undefined);
  const id = { region, accountId, name };
  const alias = await ctx.store.write((tx): Alias => {
    latestFunction(tx, id);
    const key = [...functionKey(id), input.Name];
    if (aliases.get(tx, key) !== undefined) {
      throw aliasExists(qualifiedArn(id, input.Name));
    }
    const created: Alias = {
      ...id,
      alias: input.Name,
      version: input.FunctionVersion,
      description: input.Description ?? "",
      weights: weightsOf(input.RoutingConfig),
      revisionId: tx.random.uuid(),
    };
    checkAlias(tx, created);
    aliases.put(tx, key, created);
    return created;
  });
  return shownAlias(alias);
};
