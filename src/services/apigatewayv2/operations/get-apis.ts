import { pageOf } from "../../pages.ts";
import { requireApi, shownApi } from "../api.ts";
import { apisByOwner } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";

export const getApis: ApiOperation<"GetApis"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    const prefix = [ctx.accountId, ctx.region];
    const page = pageOf(tx, { records: apisByOwner, prefix }, request);
    const Items = page.items.map(({ name }) => shownApi(ctx, requireApi(tx, ctx, name)));
    return { Items, NextToken: page.token };
  });
};
