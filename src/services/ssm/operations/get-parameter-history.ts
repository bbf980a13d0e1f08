import type { ParameterHistory } from "../../../wire/models/ssm.gen.ts";
import { describeHistory } from "../described.ts";
import { invalidNextToken } from "../errors.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import { readSelected } from "../name.ts";
import { requireParameter, requireVersion } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";

/** Oldest first. */
export const getParameterHistory: SsmOperation<"GetParameterHistory"> = (ctx, input) => {
  const { MaxResults = PAGE_SIZE_DEFAULT, NextToken, WithDecryption: isDecrypted = false } = input;
  const { name } = readSelected(ctx, input.Name);
  const start = NextToken === undefined ? 0 : Number.parseInt(NextToken, 10);
  if (Number.isNaN(start)) {
    throw invalidNextToken();
  }
  return ctx.store.read((tx) => {
    const parameter = requireParameter(tx, ctx, name);
    const first = Math.max(parameter.oldest, start);
    const last = Math.min(parameter.latest, first + MaxResults - 1);
    const found: ParameterHistory[] = [];
    for (let number = first; number <= last; number += 1) {
      const version = requireVersion(tx, ctx, { name, number });
      found.push(describeHistory(tx, parameter, version, { place: ctx, name, isDecrypted }));
    }
    return {
      Parameters: found,
      NextToken: last < parameter.latest ? String(last + 1) : undefined,
    };
  });
};
