/** What exports and imports have in common: their ARNs, which are their keys, and their pages. */

import type { Key } from "../../../base/ordered-key.ts";
import type { Collection } from "../../../store/collection.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

export type TransferKind = "export" | "import";

/** `undefined` for what is no ARN of an export, or of an import. */
export function transferKeyOf(arn: string, kind: TransferKind): Key | undefined {
  const match =
    /^arn:[^:]+:dynamodb:([^:]+):(\d{12}):table\/([^/]{1,255})\/(export|import)\/([^/]{1,64})$/.exec(
      arn,
    );
  const [, region = "", accountId = "", table = "", given, id = ""] = match ?? [];
  return given === kind ? [accountId, region, table, id] : undefined;
}

const PER_PAGE_MAX = 25;

export interface TransferPage<Transfer> {
  readonly page: readonly Transfer[];
  /** The ARN of the last of this page; absent on the last page. */
  readonly next: string | undefined;
}

export function pageOfTransfers<Transfer extends { readonly arn: string }>(
  ctx: DynamoDbContext,
  transfers: Collection<Transfer>,
  asked: {
    readonly kind: TransferKind;
    readonly tableArn: string | undefined;
    readonly limit: number | undefined;
    readonly token: string | undefined;
  },
): Promise<TransferPage<Transfer>> {
  const { kind, tableArn, token, limit = PER_PAGE_MAX } = asked;
  const after = token === undefined ? undefined : transferKeyOf(token, kind);
  if (token !== undefined && after === undefined) {
    throw validation("Invalid NextToken");
  }
  const scope = [ctx.accountId, ctx.region];
  const prefix = tableArn === undefined ? scope : [...scope, tableIdOf(ctx, tableArn).name];
  return ctx.store.read((tx) => {
    const page: Transfer[] = [];
    for (const { record } of transfers.list(tx, { prefix, after })) {
      if (page.length === limit) {
        return { page, next: page.at(-1)?.arn };
      }
      page.push(record);
    }
    return { page, next: undefined };
  });
}
