import { filteredPage } from "../../pages.ts";
import { usagePlanKeys, usagePlans } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";

export const getUsagePlans: ApiOperation<"GetUsagePlans"> = async (ctx, input) => {
  const { keyId } = input;
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    const prefix = [ctx.accountId, ctx.region];
    const page = filteredPage(
      tx,
      {
        records: usagePlans,
        prefix,
        isWanted: ({ id }) =>
          keyId === undefined || usagePlanKeys.get(tx, [...prefix, id, keyId]) !== undefined,
      },
      request,
    );
    return { items: page.items.map(({ record }) => record), position: page.token };
  });
};
