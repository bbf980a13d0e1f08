import { filteredPage } from "../../pages.ts";
import { apiKeys } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { shownApiKey } from "../usage/api-key.ts";

export const getApiKeys: ApiOperation<"GetApiKeys"> = async (ctx, input) => {
  const { nameQuery = "", customerId, includeValues } = input;
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    const page = filteredPage(
      tx,
      {
        records: apiKeys,
        prefix: [ctx.accountId, ctx.region],
        isWanted: ({ settings }) =>
          (settings.name ?? "").startsWith(nameQuery) &&
          [undefined, settings.customerId].includes(customerId),
      },
      request,
    );
    const items = page.items.map(({ record }) => shownApiKey(record, includeValues));
    return { items, position: page.token };
  });
};
