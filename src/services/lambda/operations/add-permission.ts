import { checkRevision, existingFunction } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import { policies, qualifiedKey } from "../keys.ts";
import { checkPermission, refuseLatest, statementOf, withStatement } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export const addPermission: LambdaOperation<"AddPermission"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  refuseLatest(reference);
  checkPermission(input);
  const statement = statementOf(qualifiedArn(reference, reference.qualifier), input);
  await ctx.store.write((tx) => {
    existingFunction(tx, reference);
    const key = qualifiedKey(reference);
    const policy = policies.get(tx, key);
    checkRevision(policy?.revisionId ?? "", input.RevisionId);
    policies.put(tx, key, withStatement(policy, statement, tx.random.uuid()));
  });
  return { Statement: JSON.stringify(statement) };
};
