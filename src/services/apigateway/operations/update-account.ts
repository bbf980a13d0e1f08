import { shownAccount } from "../account.ts";
import { accounts } from "../keys.ts";
import { patched } from "../patch.ts";
import { ACCOUNT } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";

export const updateAccount: ApiOperation<"UpdateAccount"> = async (ctx, { patchOperations }) =>
  ctx.store.write((tx) => {
    const id = [ctx.accountId, ctx.region];
    const account = patched(accounts.get(tx, id) ?? {}, patchOperations, ACCOUNT);
    accounts.put(tx, id, account);
    return shownAccount(account);
  });
