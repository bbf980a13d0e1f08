import type { Input } from "../../../wire/operations.ts";
import { busArn, busIdOf, type Policy, putBus, requireBus } from "../bus.ts";
import { parseDetail } from "../detail.ts";
import { policyLengthExceeded, validationException } from "../errors.ts";
import type { BusId } from "../keys.ts";
import { POLICY_LENGTH_MAX } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

const POLICY_VERSION = "2012-10-17";

/** Replaces the bus's whole policy, or one statement of it. */
export const putPermission: EventsOperation<"PutPermission"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  const whole = input.Policy === undefined ? undefined : parsePolicy(input.Policy);
  await ctx.store.write((tx) => {
    const before = requireBus(tx, bus);
    const policy = whole ?? withStatement(before.policy, bus, input);
    if (JSON.stringify(policy).length > POLICY_LENGTH_MAX) {
      throw policyLengthExceeded();
    }
    putBus(tx, bus, { ...before, policy });
  });
};

function parsePolicy(text: string): Policy {
  const policy = parseDetail(text) as Partial<Policy> | undefined;
  const statements = policy?.Statement;
  if (policy === undefined || statements === undefined) {
    throw validationException("This policy contains invalid Json");
  }
  return {
    Version: policy.Version ?? POLICY_VERSION,
    Statement: Array.isArray(statements) ? statements : [statements],
  };
}

function withStatement(
  before: Policy | undefined,
  bus: BusId,
  input: Input<"events", "PutPermission">,
): Policy {
  const { StatementId, Principal, Action, Condition } = input;
  if (StatementId === undefined || Principal === undefined || Action === undefined) {
    throw validationException("Parameter(s) Action, Principal and StatementId must be specified.");
  }
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: busArn(bus),
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  };
  const others = (before?.Statement ?? []).filter(({ Sid }) => Sid !== StatementId);
  return { Version: before?.Version ?? POLICY_VERSION, Statement: [...others, statement] };
}
