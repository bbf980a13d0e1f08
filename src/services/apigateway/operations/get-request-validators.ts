import { pageOf } from "../../pages.ts";
import { validators } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getRequestValidators: ApiOperation<"GetRequestValidators"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const page = pageOf(tx, { records: validators, prefix: [input.restApiId] }, request);
    return { items: page.items.map(({ record }) => record), position: page.token };
  });
};
