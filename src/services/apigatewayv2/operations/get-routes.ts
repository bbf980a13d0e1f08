import { pageOf } from "../../pages.ts";
import { requireApi } from "../api.ts";
import { routes } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";

export const getRoutes: ApiOperation<"GetRoutes"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    const page = pageOf(tx, { records: routes, prefix: [input.ApiId] }, request);
    return { Items: page.items.map(({ record }) => record), NextToken: page.token };
  });
};
