import { shownAccount } from "../account.ts";
import { accounts } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

export const getAccount: ApiOperation<"GetAccount"> = async (ctx) =>
  ctx.store.read((tx) => shownAccount(accounts.get(tx, [ctx.accountId, ctx.region]) ?? {}));
