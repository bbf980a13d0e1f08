/**
 * The compiled rules of buses, in memory.
 *
 * Invariants:
 * C1  What `of` returns are the rules of the bus as the transaction sees them: a cache entry is
 *     used only when its revision and stamp are those of the bus record read in the transaction.
 * C2  An entry that is behind catches up rule by rule from the bus's change rows, so one change
 *     among many rules costs one change. Where the rows do not reach back, it starts over.
 * C3  The transaction is read to the end before the entry is touched: a body that is run again
 *     finds the entry whole.
 */
import { RuleIndex } from "../../languages/event-pattern/rule-index.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Bus } from "./bus.ts";
import { type CompiledRule, compileRule } from "./compiled-rule.ts";
import { type BusId, busKey, ruleChanges, rules } from "./keys.ts";
import { BUSES_COMPILED_MAX } from "./limits.ts";
import { findRule, type Rule } from "./rule.ts";

export interface RuleCache {
  /** The enabled rules of a bus that match an event, by name. */
  match(tx: ReadTx, id: BusId, bus: Bus, event: object): readonly CompiledRule[];
}

interface Entry {
  revision: number;
  stamp: string;
  readonly index: RuleIndex<string>;
  readonly compiled: Map<string, CompiledRule>;
}

/** A rule to be taken over; `undefined` when it is gone. */
type Change = readonly [name: string, rule: Rule | undefined];

export function createRuleCache(): RuleCache {
  const entries = new Map<string, Entry>();

  const current = (tx: ReadTx, id: BusId, bus: Bus): Entry => {
    const key = busKey(id).join(" ");
    const known = entries.get(key);
    if (known !== undefined && known.revision === bus.revision && known.stamp === bus.stamp) {
      return known;
    }
    const changes = known && changesSince(tx, id, bus, known);
    const entry =
      known !== undefined && changes !== undefined
        ? apply(known, id, changes)
        : apply(emptyEntry(), id, allRules(tx, id));
    entry.revision = bus.revision;
    entry.stamp = bus.stamp;
    keep(entries, key, entry);
    return entry;
  };

  return {
    match(tx, id, bus, event) {
      if (bus.revision === 0) {
        return [];
      }
      const { index, compiled } = current(tx, id, bus);
      return [...index.match(event)].sort().flatMap((name) => compiled.get(name) ?? []);
    },
  };
}

function emptyEntry(): Entry {
  return { revision: 0, stamp: "", index: new RuleIndex(), compiled: new Map() };
}

function allRules(tx: ReadTx, id: BusId): readonly Change[] {
  return [...rules.list(tx, { prefix: busKey(id) })].map(({ record }) => [record.name, record]);
}

/** `undefined` when the entry is not an earlier revision that the change rows still know. */
function changesSince(
  tx: ReadTx,
  id: BusId,
  bus: Bus,
  entry: Entry,
): readonly Change[] | undefined {
  const at = [...busKey(id), entry.revision];
  if (entry.revision >= bus.revision || ruleChanges.get(tx, at)?.stamp !== entry.stamp) {
    return undefined;
  }
  const names = new Set<string>();
  for (const { record } of ruleChanges.list(tx, { prefix: busKey(id), after: at })) {
    names.add(record.rule);
  }
  return [...names].map((name) => [name, findRule(tx, id, name)]);
}

function apply(entry: Entry, id: BusId, changes: readonly Change[]): Entry {
  for (const [name, rule] of changes) {
    const compiled = rule && compileRule(id, rule);
    if (compiled?.pattern === undefined) {
      entry.index.delete(name);
      entry.compiled.delete(name);
    } else {
      entry.index.set(name, compiled.pattern);
      entry.compiled.set(name, compiled);
    }
  }
  return entry;
}

/** The entry that was stored first goes when there are too many. */
function keep(entries: Map<string, Entry>, key: string, entry: Entry): void {
  const [oldest] = entries.keys();
  if (!entries.has(key) && entries.size >= BUSES_COMPILED_MAX && oldest !== undefined) {
    entries.delete(oldest);
  }
  entries.set(key, entry);
}
