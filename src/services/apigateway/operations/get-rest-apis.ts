import { pageOf } from "../../pages.ts";
import { apisByOwner } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApi, shownApi } from "../rest-api.ts";

export const getRestApis: ApiOperation<"GetRestApis"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    const prefix = [ctx.accountId, ctx.region];
    const page = pageOf(tx, { records: apisByOwner, prefix }, request);
    const items = page.items.map(({ name }) => shownApi(requireApi(tx, ctx, name)));
    return { items, position: page.token };
  });
};
