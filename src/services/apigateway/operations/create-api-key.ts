import { notSupported } from "../../../wire/aws-error.ts";
import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import type { ApiOperation } from "../ports.ts";
import { addApiKey, shownApiKey } from "../usage/api-key.ts";

export const createApiKey: ApiOperation<"CreateApiKey"> = async (ctx, input) => {
  const { generateDistinctId, stageKeys, ...settings } = input;
  if ((stageKeys ?? []).length > 0) {
    throw notSupported("CreateApiKey", "stageKeys (use a usage plan)");
  }
  if (generateDistinctId === false && settings.value === undefined) {
    throw badRequest("API Key value is required when generateDistinctId is false");
  }
  const key = await ctx.store.write((tx) => addApiKey(tx, ctx, given(settings)));
  return shownApiKey(key, true);
};
