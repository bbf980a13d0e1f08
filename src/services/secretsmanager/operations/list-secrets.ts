import { describeListed } from "../described.ts";
import { compileFilters } from "../filters.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import { listSecrets as list } from "../listing.ts";
import type { SecretsManagerOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export const listSecrets: SecretsManagerOperation<"ListSecrets"> = (ctx, input) => {
  const filter = compileFilters(input.Filters ?? []);
  return ctx.store.read((tx) => {
    const { items, token } = list(tx, {
      place: ctx,
      filter: (located) =>
        (input.IncludePlannedDeletion === true || located.secret.deletionMs === undefined) &&
        filter(located),
      sortBy: input.SortBy,
      isDescending: input.SortOrder === "desc",
      token: input.NextToken,
      limit: input.MaxResults ?? PAGE_SIZE_DEFAULT,
    });
    return { SecretList: items.map(describeListed), NextToken: token };
  });
};
