import { pageOf } from "../../pages.ts";
import { sandboxNumbers } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import type { SnsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListSMSSandboxPhoneNumbers.html */
export const listSMSSandboxPhoneNumbers: SnsOperation<"ListSMSSandboxPhoneNumbers"> = async (
  ctx,
  input,
) => {
  const source = { records: sandboxNumbers, prefix: [ctx.region, ctx.accountId] };
  const request = { token: input.NextToken, limit: input.MaxResults ?? PAGE_SIZE };
  const page = await ctx.store.read((tx) => pageOf(tx, source, request));
  return {
    PhoneNumbers: page.items.map(({ record }) => ({
      PhoneNumber: record.phoneNumber,
      Status: record.status,
    })),
    NextToken: page.token,
  };
};
