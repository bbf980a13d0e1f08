import { statementNotFound } from "../errors.ts";
import { checkRevision, existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { policies, qualifiedKey } from "../keys.ts";
import { withoutStatement } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
export const removePermission: LambdaOperation<"RemovePermission"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  await ctx.store.write((tx) => {
    existingFunction(tx, reference);
    const key = qualifiedKey(reference);
    const policy = policies.get(tx, key);
    if (policy === undefined) {
      throw statementNotFound(input.StatementId);
    }
    checkRevision(policy.revisionId, input.RevisionId);
    const changed = withoutStatement(policy, input.StatementId, tx.random.uuid());
    if (changed.statements.length === 0) {
      policies.delete(tx, key);
    } else {
      policies.put(tx, key, changed);
    }
  });
};
