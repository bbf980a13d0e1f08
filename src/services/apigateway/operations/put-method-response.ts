import { conflict } from "../errors.ts";
import { given } from "../given.ts";
import { changeMethod, checkMethodResponse } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const putMethodResponse: ApiOperation<"PutMethodResponse"> = async (ctx, input) => {
  const { statusCode, responseParameters, responseModels } = input;
  const response = { statusCode, ...given({ responseParameters, responseModels }) };
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    checkMethodResponse(tx, input.restApiId, response);
    changeMethod(tx, input, (method) => {
      if (method.methodResponses?.[statusCode] !== undefined) {
        throw conflict("Response already exists for this resource");
      }
      return {
        ...method,
        methodResponses: { ...method.methodResponses, [statusCode]: response },
      };
    });
  });
  return response;
};
