/** Rules: their record, and every change of it. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Input } from "../../wire/operations.ts";
import { type Bus, DEFAULT_BUS, isAscii, putBus, requireBus, type Tags } from "./bus.ts";
import { managedRule, ruleDoesNotExist } from "./errors.ts";
import { type BusId, busKey, ruleChanges, ruleKey, rules, rulesByTarget } from "./keys.ts";
import { CHANGES_KEPT } from "./limits.ts";

export type Target = Input<"events", "PutTargets">["Targets"][number];

export interface Rule {
  readonly name: string;
  readonly eventPattern?: string | undefined;
  readonly schedule?: RuleSchedule | undefined;
  readonly state: string;
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly createdBy: string;
  /** The service whose rule it is; nobody else may change it. */
  readonly managedBy?: string | undefined;
  readonly tags: Tags;
  readonly targets: readonly Target[];
}

export interface RuleSchedule {
  readonly expression: string;
  /** What a rate counts from. */
  readonly startMs: number;
  /** Of the armed timer; absent while the rule is disabled, or when nothing is due any more. */
  readonly dueMs?: number | undefined;
}

export function isEnabled(rule: Rule): boolean {
  return rule.state !== "DISABLED";
}

export function ruleArn(bus: BusId, rule: string): string {
  const { accountId, region } = bus;
  const resource = bus.name === DEFAULT_BUS ? `rule/${rule}` : `rule/${bus.name}/${rule}`;
  return formatArn({ service: "events", region, accountId, resource });
}

/** `undefined` when the text is not the ARN of a rule. */
export function ruleOfArn(text: string): { bus: BusId; rule: string } | undefined {
  const arn = parseArn(text);
  const [, bus, rule] = arn?.resource.match(/^rule\/(?:([\w./-]{1,256})\/)?([\w.-]{1,64})$/) ?? [];
  if (arn?.service !== "events" || rule === undefined || !isAscii(text)) {
    return undefined;
  }
  const { accountId, region } = arn;
  return { bus: { accountId, region, name: bus ?? DEFAULT_BUS }, rule };
}

/** A rule that its owner is about to change. */
export function refuseManaged(
  rule: Rule | undefined,
  options: { readonly force?: boolean } = {},
): void {
  if (rule?.managedBy !== undefined && options.force !== true) {
    throw managedRule(rule.name, rule.managedBy);
  }
}

export function findRule(tx: ReadTx, bus: BusId, name: string): Rule | undefined {
  return rules.get(tx, ruleKey(bus, name));
}

export function requireRule(tx: ReadTx, bus: BusId, name: string): Rule {
  requireBus(tx, bus);
  const rule = findRule(tx, bus, name);
  if (rule === undefined) {
    throw ruleDoesNotExist(name, bus.name);
  }
  return rule;
}

/** Writes a rule and whatever follows from the change. */
export function putRuleRecord(tx: WriteTx, bus: BusId, rule: Rule): void {
  const before = findRule(tx, bus, rule.name);
  rules.put(tx, ruleKey(bus, rule.name), rule);
  changeTargets(tx, bus, { name: rule.name, before: before?.targets ?? [], after: rule.targets });
  recordChange(tx, bus, rule.name);
}

export function deleteRuleRecord(tx: WriteTx, bus: BusId, rule: Rule): void {
  rules.delete(tx, ruleKey(bus, rule.name));
  changeTargets(tx, bus, { name: rule.name, before: rule.targets, after: [] });
  recordChange(tx, bus, rule.name);
}

function changeTargets(
  tx: WriteTx,
  bus: BusId,
  change: {
    readonly name: string;
    readonly before: readonly Target[];
    readonly after: readonly Target[];
  },
): void {
  const after = new Set(change.after.map((target) => target.Arn));
  for (const { Arn } of change.before) {
    if (!after.has(Arn)) {
      rulesByTarget.delete(tx, [...busKey(bus), Arn, change.name]);
    }
  }
  for (const arn of after) {
    rulesByTarget.put(tx, [...busKey(bus), arn, change.name], true);
  }
}

/** Gives the bus a new revision, and notes which rule it is about. */
function recordChange(tx: WriteTx, bus: BusId, rule: string): void {
  const before: Bus = requireBus(tx, bus);
  const revision = before.revision + 1;
  const stamp = tx.orderedId();
  putBus(tx, bus, { ...before, revision, stamp });
  ruleChanges.put(tx, [...busKey(bus), revision], { stamp, rule });
  ruleChanges.delete(tx, [...busKey(bus), revision - CHANGES_KEPT]);
}
