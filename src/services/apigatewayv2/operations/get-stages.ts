import { pageOf } from "../../pages.ts";
import { requireApi } from "../api.ts";
import { stages } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { shownStage } from "../stage.ts";

export const getStages: ApiOperation<"GetStages"> = async (ctx, input) => {
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    const page = pageOf(tx, { records: stages, prefix: [input.ApiId] }, request);
    return { Items: page.items.map(({ record }) => shownStage(record)), NextToken: page.token };
  });
};
