/**
 * What going from where a stack stands to a plan would do, told before it is done.
 *
 * References to what would be made or replaced are not known yet; a property that needs one counts
 * as changing (AWS's evaluation `Dynamic`).
 */
import { isPending } from "../../languages/template/functions.ts";
import { completed, type Plan } from "../../languages/template/plan.ts";
import { equalValues, type ValueObject } from "../../languages/template/value.ts";
import { isCustomType } from "../resources/custom-resource.ts";
import { resourceTypeOf } from "../resources/registry.ts";
import { changedProperties } from "./converge.ts";
import type { ResourceRecord, Revision } from "./state.ts";

export interface ResourceChange {
  readonly action: "Add" | "Modify" | "Remove";
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly type: string;
  readonly replacement: "True" | "False" | "Conditional" | undefined;
  readonly scope: readonly ("Properties" | "Tags")[];
  readonly details: readonly ChangedProperty[];
}

export interface ChangedProperty {
  readonly name: string;
  readonly evaluation: "Static" | "Dynamic";
  readonly requiresRecreation: "Never" | "Always" | "Conditionally";
}

type Resources = ReadonlyMap<string, ResourceRecord>;

export function planChanges(
  resources: Resources,
  plan: Plan,
  tags: Readonly<Record<string, string>>,
): readonly ResourceChange[] {
  const changes: ResourceChange[] = [];
  const unknown = new Set<string>();
  for (const logicalId of inOrder(plan)) {
    const change = changeOfOne(resources, plan, { logicalId, unknown, tags });
    if (change !== undefined) {
      changes.push(change);
      if (change.replacement !== "False" || isCustomType(change.type)) {
        unknown.add(logicalId);
      }
    }
  }
  for (const { logicalId, live, type } of resources.values()) {
    if (live !== undefined && plan.resources[logicalId] === undefined) {
      changes.push({
        action: "Remove",
        logicalId,
        physicalId: live.physicalId,
        type,
        replacement: undefined,
        scope: [],
        details: [],
      });
    }
  }
  return changes;
}

/** Dependencies before dependants. */
function inOrder(plan: Plan): readonly string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string): void => {
    for (const other of plan.resources[logicalId]?.dependsOn ?? []) {
      if (!ordered.has(other)) {
        visit(other);
      }
    }
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(plan.resources)) {
    visit(logicalId);
  }
  return [...ordered];
}

function changeOfOne(
  resources: Resources,
  plan: Plan,
  about: {
    readonly logicalId: string;
    readonly unknown: ReadonlySet<string>;
    readonly tags: Readonly<Record<string, string>>;
  },
): ResourceChange | undefined {
  const { logicalId, unknown, tags } = about;
  const planned = plan.resources[logicalId];
  if (planned === undefined) {
    return undefined;
  }
  const live = resources.get(logicalId)?.live;
  const base = { logicalId, type: planned.type, physicalId: live?.physicalId };
  if (live === undefined) {
    return { ...base, action: "Add", replacement: undefined, scope: [], details: [] };
  }
  const liveOf = (id: string): ResourceRecord["live"] =>
    unknown.has(id) ? undefined : resources.get(id)?.live;
  const properties = completed(planned.properties, {
    ref: (id) => liveOf(id)?.physicalId,
    attribute: (id, name) => liveOf(id)?.attributes[name],
  }) as ValueObject;
  const type = resourceTypeOf(planned.type);
  const details = changedProperties(live.properties, properties).map((name): ChangedProperty => {
    const dynamic = isPending(properties[name] ?? null);
    const replaces = type?.properties.get(name)?.replaces ?? false;
    return {
      name,
      evaluation: dynamic ? "Dynamic" : "Static",
      requiresRecreation: replaces ? (dynamic ? "Conditionally" : "Always") : "Never",
    };
  });
  const retagged = type?.properties.has("Tags") && !equalValues(live.stackTags, tags);
  if (details.length === 0 && !retagged) {
    return undefined;
  }
  return {
    ...base,
    action: "Modify",
    replacement: replacementOf(details),
    scope: [
      ...(details.some(({ name }) => name !== "Tags") ? (["Properties"] as const) : []),
      ...(retagged || details.some(({ name }) => name === "Tags") ? (["Tags"] as const) : []),
    ],
    details,
  };
}

function replacementOf(details: readonly ChangedProperty[]): ResourceChange["replacement"] {
  const needs = new Set(details.map(({ requiresRecreation }) => requiresRecreation));
  return needs.has("Always") ? "True" : needs.has("Conditionally") ? "Conditional" : "False";
}

/** Whether a revision asks for anything that the stack is not already. */
export function differs(
  before: Revision,
  after: Omit<Revision, "number">,
  resources: Resources,
): boolean {
  return (
    planChanges(resources, after.plan, after.tags).length > 0 ||
    !equalRecords(before.plan.outputs, after.plan.outputs) ||
    !equalRecords(shown(before), shown(after))
  );
}

/** What a change of makes an update although no resource changes. */
function shown(revision: Omit<Revision, "number">): unknown {
  return {
    tags: revision.tags,
    policies: Object.entries(revision.plan.resources).map(([logicalId, resource]) => [
      logicalId,
      resource.deletionPolicy,
      resource.updateReplacePolicy,
      resource.updatePolicy,
      resource.metadata,
    ]),
  };
}

function equalRecords(a: unknown, b: unknown): boolean {
  return equalValues(plain(a), plain(b));
}

/** As a template value: without members that are `undefined`. */
function plain(value: unknown): ValueObject {
  return JSON.parse(JSON.stringify(value)) as ValueObject;
}
