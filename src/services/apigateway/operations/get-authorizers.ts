import { pageOf } from "../../pages.ts";
import { authorizers } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getAuthorizers: ApiOperation<"GetAuthorizers"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const page = pageOf(tx, { records: authorizers, prefix: [input.restApiId] }, request);
    return { items: page.items.map(({ record }) => record), position: page.token };
  });
};
