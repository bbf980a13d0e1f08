import { badRequest, preconditionFailed } from "../errors.ts";
import { ownerKey, policies } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import { requiredName, requireRegistry } from "../registry.ts";

/** Policies are kept and returned; a revision that is not the current one changes nothing. */
export const putResourcePolicy: SchemasOperation<"PutResourcePolicy"> = async (ctx, input) => {
  const registry = requiredName(input.RegistryName);
  checkPolicy(input.Policy);
  return ctx.store.write((tx) => {
    requireRegistry(tx, ctx, registry);
    const key = [...ownerKey(ctx), registry];
    const before = policies.get(tx, key);
    if (input.RevisionId !== undefined && input.RevisionId !== before?.revisionId) {
      throw preconditionFailed();
    }
    const revisionId = tx.random.uuid();
    policies.put(tx, key, { policy: input.Policy, revisionId });
    return { Policy: input.Policy, RevisionId: revisionId };
  });
};

function checkPolicy(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw badRequest("Policy is not a valid JSON document.");
  }
}
