import { pageOf } from "../../pages.ts";
import { optedOut } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import type { SnsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListPhoneNumbersOptedOut.html */
export const listPhoneNumbersOptedOut: SnsOperation<"ListPhoneNumbersOptedOut"> = async (
  ctx,
  input,
) => {
  const source = { records: optedOut, prefix: [ctx.region, ctx.accountId] };
  const request = { token: input.nextToken, limit: PAGE_SIZE };
  const page = await ctx.store.read((tx) => pageOf(tx, source, request));
  return { phoneNumbers: page.items.map(({ name }) => name), nextToken: page.token };
};
