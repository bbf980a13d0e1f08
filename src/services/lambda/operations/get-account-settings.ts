import { functions, reservedTotals } from "../keys.ts";
import {
  CODE_STORAGE_BYTES_MAX,
  CONCURRENCY_MAX,
  UNZIPPED_BYTES_MAX,
  ZIP_BYTES_MAX,
} from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const getAccountSettings: LambdaOperation<"GetAccountSettings"> = async (ctx) =>
  ctx.store.read((tx) => {
    const account = [ctx.region, ctx.accountId];
    let [count, sizeBytes] = [0, 0];
    for (const { record } of functions.list(tx, { prefix: account })) {
      count += 1;
      sizeBytes += record.code.sizeBytes;
    }
    return {
      AccountLimit: {
        TotalCodeSize: CODE_STORAGE_BYTES_MAX,
        CodeSizeUnzipped: UNZIPPED_BYTES_MAX,
        CodeSizeZipped: ZIP_BYTES_MAX,
        ConcurrentExecutions: CONCURRENCY_MAX,
        UnreservedConcurrentExecutions: CONCURRENCY_MAX - (reservedTotals.get(tx, account) ?? 0),
      },
      AccountUsage: { TotalCodeSize: sizeBytes, FunctionCount: count },
    };
  });
