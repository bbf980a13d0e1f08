import { pageOf } from "../../pages.ts";
import { shownDeployment } from "../deployment.ts";
import { deployments } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getDeployments: ApiOperation<"GetDeployments"> = async (ctx, input) => {
  const { restApiId } = input;
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    const page = pageOf(tx, { records: deployments, prefix: [restApiId] }, request);
    const items = page.items.map(({ record }) => shownDeployment(record, undefined));
    return { items, position: page.token };
  });
};
