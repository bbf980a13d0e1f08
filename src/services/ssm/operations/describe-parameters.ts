import { notSupported } from "../../../wire/aws-error.ts";
import type { ParameterStringFilter, ParametersFilter } from "../../../wire/models/ssm.gen.ts";
import { describeMetadata } from "../described.ts";
import { validationException } from "../errors.ts";
import { compileFilters, DESCRIBE_KEYS } from "../filters.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import { listParameters } from "../listing.ts";
import type { SsmOperation } from "../ports.ts";

export const describeParameters: SsmOperation<"DescribeParameters"> = (ctx, input) => {
  const { Filters = [], ParameterFilters = [] } = input;
  if (Filters.length > 0 && ParameterFilters.length > 0) {
    throw validationException(
      "You can use either Filters or ParameterFilters in a single request.",
    );
  }
  if (input.Shared) {
    throw notSupported("ssm:DescribeParameters", "shared parameters");
  }
  const filter = compileFilters([...ParameterFilters, ...Filters.map(modern)], DESCRIBE_KEYS);
  return ctx.store.read((tx) => {
    const { items, token } = listParameters(tx, {
      place: ctx,
      prefix: "",
      filter,
      token: input.NextToken,
      limit: input.MaxResults ?? PAGE_SIZE_DEFAULT,
    });
    const found = items.map(({ name, version }) => describeMetadata(version, { place: ctx, name }));
    return { Parameters: found, NextToken: token };
  });
};

/** A filter of the old kind, which takes names by their beginning. */
function modern({ Key, Values }: ParametersFilter): ParameterStringFilter {
  return { Key, Values, Option: Key === "Name" ? "BeginsWith" : "Equals" };
}
