/** What a tag operation's ARN names: a bus or a rule. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { busIdOfArn, putBus, requireBus, type Tags } from "./bus.ts";
import { validationException } from "./errors.ts";
import { ruleKey, rules } from "./keys.ts";
import { requireRule, ruleOfArn } from "./rule.ts";

export function tagsOf(tx: ReadTx, arn: string): Tags {
  const rule = ruleOfArn(arn);
  if (rule !== undefined) {
    return requireRule(tx, rule.bus, rule.rule).tags;
  }
  return requireBus(tx, busOf(arn)).tags;
}

export function changeTags(tx: WriteTx, arn: string, change: (tags: Tags) => Tags): void {
  const named = ruleOfArn(arn);
  if (named !== undefined) {
    const rule = requireRule(tx, named.bus, named.rule);
    rules.put(tx, ruleKey(named.bus, rule.name), { ...rule, tags: change(rule.tags) });
    return;
  }
  const bus = busOf(arn);
  const before = requireBus(tx, bus);
  putBus(tx, bus, { ...before, tags: change(before.tags) });
}

function busOf(arn: string): NonNullable<ReturnType<typeof busIdOfArn>> {
  const bus = busIdOfArn(arn);
  if (bus === undefined) {
    throw validationException(
      `Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  return bus;
}
