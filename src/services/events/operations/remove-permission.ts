import { busIdOf, type Policy, putBus, requireBus } from "../bus.ts";
import { busHasNoPolicy, statementDoesNotExist } from "../errors.ts";
import type { EventsOperation } from "../ports.ts";

export const removePermission: EventsOperation<"RemovePermission"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  await ctx.store.write((tx) => {
    const before = requireBus(tx, bus);
    const policy =
      input.RemoveAllPermissions === true
        ? undefined
        : withoutStatement(before.policy, input.StatementId);
    putBus(tx, bus, { ...before, policy });
  });
};

/** No policy is left behind its last statement. */
function withoutStatement(policy: Policy | undefined, id: string | undefined): Policy | undefined {
  if (policy === undefined) {
    throw busHasNoPolicy();
  }
  const Statement = policy.Statement.filter(({ Sid }) => Sid !== id);
  if (Statement.length === policy.Statement.length) {
    throw statementDoesNotExist();
  }
  return Statement.length === 0 ? undefined : { ...policy, Statement };
}
