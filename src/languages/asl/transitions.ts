/**
 * Where states lead: targets that exist, states that are reached, machines that end.
 *
 * Each machine (the whole one, each branch, each item processor) is looked at by itself: a state
 * leads only to states beside it. A machine without an end is not searched for states that are not
 * reached, as on AWS.
 */
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import type { Findings } from "./diagnostic.ts";

interface Exit {
  readonly target: string;
  readonly location: string;
}

export function checkTransitions(findings: Findings, machine: JsonObject, location: string): void {
  const states = isObject(machine.States) ? machine.States : {};
  const at = (name: string): string => `${location}/States/${name}`;
  const exits = new Map<string, readonly Exit[]>();
  for (const [name, state] of Object.entries(states)) {
    exits.set(name, isObject(state) ? exitsOf(state, at(name)) : []);
  }
  const { StartAt: startAt } = machine;
  if (typeof startAt === "string" && !Object.hasOwn(states, startAt)) {
    missing(findings, { target: startAt, location: `${location}/StartAt` }, "StartAt");
  }
  for (const { target, location: place } of [...exits.values()].flat()) {
    if (!Object.hasOwn(states, target)) {
      missing(findings, { target, location: place }, "Next");
    }
  }
  if (!Object.values(states).some(isTerminal)) {
    findings.error("MISSING_END_STATE", "Workflow has no terminal state");
    return;
  }
  const reached = reachedFrom(typeof startAt === "string" ? startAt : undefined, exits);
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      findings.error("MISSING_TRANSITION_TARGET", `State "${name}" is not reachable.`, at(name));
    }
  }
}

function missing(findings: Findings, { target, location }: Exit, field: string): void {
  const message = `Missing '${field}' target: ${target}`;
  findings.error("MISSING_TRANSITION_TARGET", message, location);
}

function exitsOf(state: JsonObject, location: string): readonly Exit[] {
  const found: Exit[] = [];
  const add = (target: Json | undefined, place: string): void => {
    if (typeof target === "string") {
      found.push({ target, location: `${location}/${place}` });
    }
  };
  add(state.Next, "Next");
  for (const list of ["Choices", "Catch"]) {
    const items = state[list];
    (isArray(items) ? items : []).forEach((item, index) => {
      add(isObject(item) ? item.Next : undefined, `${list}[${index}]/Next`);
    });
  }
  add(state.Default, "Default");
  return found;
}

function isTerminal(state: Json): boolean {
  return (
    isObject(state) && (state.End === true || state.Type === "Succeed" || state.Type === "Fail")
  );
}

function reachedFrom(
  startAt: string | undefined,
  exits: ReadonlyMap<string, readonly Exit[]>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = startAt === undefined ? [] : [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!reached.has(name)) {
      reached.add(name);
      open.push(...(exits.get(name) ?? []).map(({ target }) => target));
    }
  }
  return reached;
}
