import { checkIntegration } from "../integration.ts";
import { changeMethod, requireIntegration } from "../method.ts";
import { patched } from "../patch.ts";
import { INTEGRATION } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateIntegration: ApiOperation<"UpdateIntegration"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const method = changeMethod(tx, input, (before) => {
      const methodIntegration = patched(
        requireIntegration(before),
        input.patchOperations,
        INTEGRATION,
      );
      checkIntegration("UpdateIntegration", methodIntegration);
      return { ...before, methodIntegration };
    });
    return requireIntegration(method);
  });
