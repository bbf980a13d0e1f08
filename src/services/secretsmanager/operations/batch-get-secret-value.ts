import type { ReadTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { APIErrorType } from "../../../wire/models/secretsmanager.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { isFirstOfDay, noteAccess, type Read } from "../access.ts";
import { describeValue } from "../described.ts";
import { invalidParameter } from "../errors.ts";
import { compileFilters } from "../filters.ts";
import type { Place } from "../keys.ts";
import { BATCH_PAGE_SIZE_DEFAULT } from "../limits.ts";
import { listSecrets } from "../listing.ts";
import { locateLive } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { selectVersion } from "../select-version.ts";

type BatchInput = Input<"secretsmanager", "BatchGetSecretValue">;

/**
 * What cannot be read is listed, not refused.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
export const batchGetSecretValue: SecretsManagerOperation<"BatchGetSecretValue"> = async (
  ctx,
  input,
) => {
  const filter = compileFilters(input.Filters ?? []);
  checkForm(input);
  const { reads, errors, token } = await ctx.store.read((tx) => {
    const page =
      input.Filters === undefined
        ? { ids: input.SecretIdList ?? [], token: undefined }
        : idsOf(tx, ctx, { filter, input });
    return { ...readEach(tx, ctx, page.ids), token: page.token };
  });
  const fresh = reads.filter((read) => isFirstOfDay(read, ctx.nowMs));
  if (fresh.length > 0) {
    await ctx.store.write((tx) => {
      for (const read of fresh) {
        noteAccess(tx, read);
      }
    });
  }
  return {
    SecretValues: reads.map(({ located, selected }) => describeValue(located, selected)),
    Errors: errors,
    NextToken: token,
  };
};

function checkForm({ SecretIdList, Filters, MaxResults, NextToken }: BatchInput): void {
  if ((SecretIdList === undefined) === (Filters === undefined)) {
    throw invalidParameter("You must include Filters or SecretIdList, but not both.");
  }
  if (Filters === undefined && (MaxResults !== undefined || NextToken !== undefined)) {
    throw invalidParameter("To use MaxResults or NextToken, you must also use Filters.");
  }
}

function idsOf(
  tx: ReadTx,
  place: Place,
  { filter, input }: { readonly filter: ReturnType<typeof compileFilters>; input: BatchInput },
): { readonly ids: readonly string[]; readonly token: string | undefined } {
  const { items, token } = listSecrets(tx, {
    place,
    filter: (located) => located.secret.deletionMs === undefined && filter(located),
    token: input.NextToken,
    limit: input.MaxResults ?? BATCH_PAGE_SIZE_DEFAULT,
  });
  return { ids: items.map(({ arn }) => arn), token };
}

function readEach(
  tx: ReadTx,
  asker: Place,
  ids: readonly string[],
): { readonly reads: readonly Read[]; readonly errors: readonly APIErrorType[] } {
  const reads: Read[] = [];
  const errors: APIErrorType[] = [];
  for (const id of ids) {
    try {
      const located = locateLive(tx, { asker, operation: "GetSecretValue", id });
      reads.push({ located, selected: selectVersion(tx, located, {}) });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return { reads, errors };
}
