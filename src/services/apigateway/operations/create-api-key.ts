import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import type { ApiOperation } from "../ports.ts";
import { addApiKey, shownApiKey } from "../usage/api-key.ts";

export const createApiKey: ApiOperation<"CreateApiKey"> = async (ctx, input) => {
  const { generateDistinctId, stageKeys, ...settings } = input;
  if (generateDistinctId === false && settings.value === undefined) {
    throw badRequest("API Key value is required when generateDistinctId is false");
  }
  const named = (stageKeys ?? []).map(({ restApiId, stageName }) => `${restApiId}/${stageName}`);
  const key = await ctx.store.write((tx) =>
    addApiKey(tx, ctx, { ...given(settings), stageKeys: named }),
  );
  return shownApiKey(key, true);
};
