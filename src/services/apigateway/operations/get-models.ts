import { pageOf } from "../../pages.ts";
import { models } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getModels: ApiOperation<"GetModels"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const page = pageOf(tx, { records: models, prefix: [input.restApiId] }, request);
    return { items: page.items.map(({ record }) => record), position: page.token };
  });
};
