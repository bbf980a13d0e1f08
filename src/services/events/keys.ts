/**
 * The keys of EventBridge. `bus` is an account, a region and a bus's name.
 *
 * | key                                      | record       | what for                             |
 * |------------------------------------------|--------------|--------------------------------------|
 * | events bus *bus*                         | `Bus`        | also holds the revision of its rules |
 * | events rule *bus* name                   | `Rule`       | with its targets                     |
 * | events ruleByTarget *bus* targetArn name | true         | `ListRuleNamesByTarget`              |
 * | events change *bus* revision             | `RuleChange` | the last changes, for the rule cache |
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Bus } from "./bus.ts";
import type { Rule } from "./rule.ts";

/** Which rule a revision of a bus changed. */
export interface RuleChange {
  /** Unique, so that a revision that was never committed cannot be taken for one that was. */
  readonly stamp: string;
  readonly rule: string;
}

export const buses: Collection<Bus> = collection("events", "bus");
export const rules: Collection<Rule> = collection("events", "rule");
export const rulesByTarget: Collection<true> = collection("events", "ruleByTarget");
export const ruleChanges: Collection<RuleChange> = collection("events", "change");

/** Names a bus within the engine. */
export interface BusId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export function busKey(bus: BusId): Key {
  return [bus.accountId, bus.region, bus.name];
}

export function ruleKey(bus: BusId, rule: string): Key {
  return [bus.accountId, bus.region, bus.name, rule];
}
