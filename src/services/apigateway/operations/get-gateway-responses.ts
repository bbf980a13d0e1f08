import { shownGatewayResponse } from "../gateway-response.ts";
import type { ApiOperation } from "../ports.ts";
import { RESPONSE_TYPES } from "../response-types.ts";
import { requireApi } from "../rest-api.ts";

/** All types in one page: they are fewer than a page may have. */
export const getGatewayResponses: ApiOperation<"GetGatewayResponses"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const items = Object.keys(RESPONSE_TYPES).map((type) =>
      shownGatewayResponse(tx, input.restApiId, type),
    );
    return { items };
  });
