import { describeParameter } from "../described.ts";
import { BY_PATH_KEYS, compileFilters, type Filter } from "../filters.ts";
import { BY_PATH_PAGE_SIZE } from "../limits.ts";
import { listParameters } from "../listing.ts";
import { checkPath } from "../name.ts";
import type { SsmOperation } from "../ports.ts";

export const getParametersByPath: SsmOperation<"GetParametersByPath"> = (ctx, input) => {
  const { Recursive = false, WithDecryption: isDecrypted = false } = input;
  const prefix = checkPath(input.Path);
  const wanted = compileFilters(input.ParameterFilters ?? [], BY_PATH_KEYS);
  const filter: Filter = (candidate) =>
    (Recursive || !candidate.name.includes("/", prefix.length)) && wanted(candidate);
  return ctx.store.read((tx) => {
    const { items, token } = listParameters(tx, {
      place: ctx,
      prefix,
      filter,
      token: input.NextToken,
      limit: input.MaxResults ?? BY_PATH_PAGE_SIZE,
    });
    const found = items.map(({ name, version }) =>
      describeParameter(tx, version, { place: ctx, name, isDecrypted }),
    );
    return { Parameters: found, NextToken: token };
  });
};
