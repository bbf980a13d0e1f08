import { pageOf } from "../../pages.ts";
import { resources } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { pathOf, shownResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const getResources: ApiOperation<"GetResources"> = async (ctx, input) => {
  const { restApiId, embed } = input;
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    const page = pageOf(tx, { records: resources, prefix: [restApiId] }, request);
    const items = page.items.map(({ record }) =>
      shownResource(record, pathOf(tx, restApiId, record), embed),
    );
    return { items, position: page.token };
  });
};
