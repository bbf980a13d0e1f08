import { pageOf } from "../../pages.ts";
import { requireApi } from "../api.ts";
import { shownDeployment } from "../deployment.ts";
import { deployments } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";

export const getDeployments: ApiOperation<"GetDeployments"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    const page = pageOf(tx, { records: deployments, prefix: [input.ApiId] }, request);
    const Items = page.items.map(({ record }) => shownDeployment(record));
    return { Items, NextToken: page.token };
  });
};
