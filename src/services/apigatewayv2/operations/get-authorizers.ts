import { pageOf } from "../../pages.ts";
import { requireApi } from "../api.ts";
import { authorizers } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";

export const getAuthorizers: ApiOperation<"GetAuthorizers"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    const page = pageOf(tx, { records: authorizers, prefix: [input.ApiId] }, request);
    return { Items: page.items.map(({ record }) => record), NextToken: page.token };
  });
};
