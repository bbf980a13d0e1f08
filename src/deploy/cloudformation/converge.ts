/** The way to a plan: what it has is made or changed, each after what it depends on. */
import { isPending } from "../../languages/template/functions.ts";
import { completed, type PlannedResource } from "../../languages/template/plan.ts";
import { referencesIn } from "../../languages/template/references.ts";
import {
  equalValues,
  scalarText,
  type Value,
  type ValueObject,
} from "../../languages/template/value.ts";
import { isCustomType } from "../resources/custom-resource.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { Draft, Instance, ResourceRecord, StackOutput } from "./state.ts";
import type { Transition } from "./transition.ts";

/** How many resources of one stack are worked on at once. */
export const WORK_PARALLEL_MAX = 10;

export function converge(transition: Transition): void {
  if (!transition.isFailing) {
    beginReady(transition);
  }
  if (transition.workingCount() > 0) {
    return;
  }
  if (!transition.isFailing) {
    arrive(transition);
  }
  if (transition.isFailing) {
    turnBack(transition);
  }
}

/** Resources that need no change settle at once and may let others begin. */
function beginReady(transition: Transition): void {
  const planned = Object.entries(transition.target.plan.resources);
  let working = transition.workingCount();
  for (let settled = true; settled; ) {
    settled = false;
    for (const [logicalId, plan] of planned) {
      if (working >= WORK_PARALLEL_MAX || transition.isFailing) {
        return;
      }
      const resource = transition.resources.get(logicalId) ?? fresh(logicalId, plan, transition);
      if (resource.pass === "waiting" && dependenciesSettled(transition, plan)) {
        begin(transition, { ...resource, metadata: plan.metadata }, plan);
        const begun = transition.resources.get(logicalId);
        working += begun?.work === undefined ? 0 : 1;
        settled ||= begun?.pass === "settled";
      }
    }
  }
}

function fresh(logicalId: string, plan: PlannedResource, transition: Transition): ResourceRecord {
  return {
    logicalId,
    type: plan.type,
    status: undefined,
    statusReason: undefined,
    updatedMs: transition.ports.nowMs,
    metadata: plan.metadata,
    live: undefined,
    retired: [],
    pass: "waiting",
    work: undefined,
    attempted: undefined,
  };
}

function dependenciesSettled(transition: Transition, plan: PlannedResource): boolean {
  return plan.dependsOn.every(
    (logicalId) => transition.resources.get(logicalId)?.pass === "settled",
  );
}

function begin(transition: Transition, resource: ResourceRecord, plan: PlannedResource): void {
  const known = transition.known();
  const updatePolicy = plan.updatePolicy && (completed(plan.updatePolicy, known) as ValueObject);
  const properties = completed(plan.properties, known) as ValueObject;
  if (isPending(properties)) {
    const reason =
      missingAttribute(transition, properties) ??
      `Millrace cannot tell ${openReference(properties)}`;
    refuse(transition, resource, reason);
    return;
  }
  const type = transition.ports.typeOf(plan.type);
  const wanted: Omit<Draft, "name"> = {
    type: plan.type,
    properties,
    dependsOn: plan.dependsOn,
    stackTags: transition.target.tags,
    deletionPolicy: plan.deletionPolicy,
    updateReplacePolicy: plan.updateReplacePolicy,
    updatePolicy,
  };
  const { live } = resource;
  if (live === undefined) {
    make(transition, resource, type, wanted);
    return;
  }
  const change = changeOf(type, resource.attempted ?? live, wanted);
  if (change === "none" && resource.attempted === undefined) {
    settleUnchanged(transition, { ...resource, live: { ...live, ...wanted }, pass: "settled" });
  } else if (change === "replace") {
    replace(transition, resource, { live, type, wanted });
  } else {
    updateInPlace(transition, resource, live, wanted);
  }
}

/** Nothing is to be done; one that a failed update had touched is told to be well again. */
function settleUnchanged(transition: Transition, resource: ResourceRecord): void {
  if (resource.status === "UPDATE_FAILED" || resource.status === "UPDATE_IN_PROGRESS") {
    transition.set(resource, "UPDATE_COMPLETE");
  } else {
    transition.put(resource);
  }
}

/**
 * A custom resource has the attributes that its provider answered with, by their whole names: dots
 * lead nowhere. Source: https://iret.media/48318 (an experiment on AWS, with the error's text)
 */
function missingAttribute(transition: Transition, value: Value): string | undefined {
  for (const { logicalId, attribute } of referencesIn(completed(value, transition.known()))
    .attributes) {
    const live = transition.resources.get(logicalId)?.live;
    if (live !== undefined && isCustomType(live.type)) {
      return `CustomResource attribute error: Vendor response doesn't contain ${attribute} key in object ${transition.stack.id}|${logicalId}`;
    }
  }
  return undefined;
}

/** The first reference that has no value. */
function openReference(properties: ValueObject): string {
  const match = /\{"(Ref|Fn::GetAtt)":("[^"]*"|\[[^\]]*\])\}/.exec(JSON.stringify(properties));
  return match === null ? "a reference" : `${match[1]} ${match[2]}`;
}

function explicitName(type: ResourceType, properties: ValueObject): string | undefined {
  return type.physicalName && scalarText(properties[type.physicalName.property]);
}

function make(
  transition: Transition,
  resource: ResourceRecord,
  type: ResourceType,
  wanted: Omit<Draft, "name">,
): void {
  const { logicalId } = resource;
  const given = explicitName(type, wanted.properties);
  const name = given ?? transition.ports.uniqueName(logicalId, type, wanted.properties);
  const isNew = resource.live === undefined;
  const work = {
    kind: given === undefined ? "create" : "probe",
    id: transition.nextWorkId(logicalId),
    draft: { ...wanted, name },
  } as const;
  transition.set(
    { ...resource, type: type.type, pass: "working", work },
    isNew ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS",
    isNew
      ? undefined
      : "Requested update requires the creation of a new physical resource; hence creating one.",
  );
}

function replace(
  transition: Transition,
  resource: ResourceRecord,
  options: {
    readonly live: Instance;
    readonly type: ResourceType;
    readonly wanted: Omit<Draft, "name">;
  },
): void {
  const given = explicitName(options.type, options.wanted.properties);
  if (given !== undefined && given === options.live.name) {
    refuse(
      transition,
      resource,
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${given} and update the stack again.`,
    );
    return;
  }
  make(transition, resource, options.type, options.wanted);
}

function updateInPlace(
  transition: Transition,
  resource: ResourceRecord,
  live: Instance,
  wanted: Omit<Draft, "name">,
): void {
  const { properties, stackTags } = resource.attempted ?? live;
  const work = {
    kind: "update",
    id: transition.nextWorkId(resource.logicalId),
    draft: { ...wanted, name: live.name },
    before: { properties, stackTags },
  } as const;
  transition.set({ ...resource, pass: "working", work }, "UPDATE_IN_PROGRESS");
}

/** A resource that fails before anything was done for it. */
function refuse(transition: Transition, resource: ResourceRecord, reason: string): void {
  const isNew = resource.live === undefined;
  transition.set(
    { ...resource, pass: "failed" },
    isNew ? "CREATE_FAILED" : "UPDATE_FAILED",
    reason,
  );
  transition.failOperation();
}

type Change = "none" | "update" | "replace";

export function changeOf(
  type: ResourceType,
  before: Pick<Draft, "properties" | "stackTags">,
  after: Pick<Draft, "properties" | "stackTags">,
): Change {
  const changed = changedProperties(before.properties, after.properties);
  if (changed.some((name) => type.properties.get(name)?.replaces)) {
    return "replace";
  }
  const retagged = type.properties.has("Tags") && !equalValues(before.stackTags, after.stackTags);
  return changed.length > 0 || retagged ? "update" : "none";
}

export function changedProperties(before: ValueObject, after: ValueObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !equalValues(before[name], after[name]));
}

/** Everything is made: the outputs are told, then what is left over goes. */
function arrive(transition: Transition): void {
  const outputs = outputsOf(transition);
  if (outputs === undefined) {
    return;
  }
  const { status } = transition.stack;
  const problem =
    status === "UPDATE_ROLLBACK_IN_PROGRESS" ? undefined : exportProblem(transition, outputs);
  if (problem !== undefined) {
    transition.failOperation(problem);
    return;
  }
  transition.stack = { ...transition.stack, outputs };
  if (status === "CREATE_IN_PROGRESS") {
    transition.stack = { ...transition.stack, stableRevision: transition.stack.revision };
    transition.setStack("CREATE_COMPLETE");
  } else if (status === "UPDATE_IN_PROGRESS") {
    transition.beginPass("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  } else {
    transition.beginPass("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
  }
}

function outputsOf(transition: Transition): readonly StackOutput[] | undefined {
  const known = transition.known();
  const shown = transition.hasSecrets() ? transition.shown() : undefined;
  const outputs: StackOutput[] = [];
  for (const [name, output] of Object.entries(transition.target.plan.outputs)) {
    const value = scalarText(completed(output.value, known));
    if (value === undefined) {
      transition.failOperation(
        missingAttribute(transition, output.value) ??
          `Template format error: The Value field of every Outputs member must evaluate to a String. (output ${name})`,
      );
      return undefined;
    }
    const { description, exportName } = output;
    const visible = shown && scalarText(completed(output.value, shown));
    outputs.push({
      name,
      value,
      shown: visible === value ? undefined : visible,
      description,
      exportName,
    });
  }
  return outputs;
}

function exportProblem(
  transition: Transition,
  outputs: readonly StackOutput[],
): string | undefined {
  const { ports, stack } = transition;
  for (const { exportName } of outputs) {
    const owner = exportName === undefined ? undefined : ports.otherExporter(exportName);
    if (owner !== undefined) {
      return `Export with name ${exportName} is already exported by stack ${owner}.`;
    }
  }
  for (const { exportName, value } of stack.outputs) {
    const next = outputs.find((output) => output.exportName === exportName);
    if (exportName !== undefined && next?.value !== value) {
      const [importer] = ports.importers(exportName);
      if (importer !== undefined) {
        const verb = next === undefined ? "deleted" : "updated";
        return `Export ${exportName} cannot be ${verb} as it is in use by ${importer}`;
      }
    }
  }
  return undefined;
}

function turnBack(transition: Transition): void {
  const { stack } = transition;
  const reason = failureReason(transition);
  if (stack.status === "UPDATE_ROLLBACK_IN_PROGRESS") {
    transition.setStack("UPDATE_ROLLBACK_FAILED", reason);
  } else if (stack.status === "UPDATE_IN_PROGRESS") {
    if (stack.onFailure === "DO_NOTHING") {
      transition.setStack("UPDATE_FAILED", reason);
    } else {
      rollBackUpdate(transition, reason);
    }
  } else if (stack.onFailure === "DO_NOTHING") {
    transition.setStack("CREATE_FAILED", reason);
  } else if (stack.onFailure === "DELETE") {
    transition.beginPass("DELETE_IN_PROGRESS", `${reason}Delete requested by user.`);
  } else {
    transition.beginPass("ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`);
  }
}

/** Back to the last plan that held; what an update replaced is taken up again. */
export function rollBackUpdate(transition: Transition, reason: string): void {
  const { stable } = transition;
  if (stable === undefined) {
    transition.setStack("UPDATE_FAILED", reason);
    return;
  }
  transition.beginPass("UPDATE_ROLLBACK_IN_PROGRESS", reason);
  transition.target = stable;
  transition.stack = { ...transition.stack, revision: stable.number };
  for (const resource of transition.resources.values()) {
    const [original, ...others] = resource.retired;
    if (original !== undefined && resource.live !== undefined) {
      const retired = [...others, resource.live];
      transition.put({
        ...resource,
        live: original,
        retired,
        attempted: undefined,
        status: "UPDATE_IN_PROGRESS",
      });
    }
  }
}

function failureReason(transition: Transition): string {
  const { failure } = transition.stack.operation;
  if (failure) {
    return `${failure.replace(/\.?$/, ".")} `;
  }
  const failed = [...transition.resources.values()].filter(({ pass }) => pass === "failed");
  const listed = (status: string): string =>
    failed
      .filter((resource) => resource.status === status)
      .map(({ logicalId }) => logicalId)
      .join(", ");
  const [create, update] = [listed("CREATE_FAILED"), listed("UPDATE_FAILED")];
  return [
    create && `The following resource(s) failed to create: [${create}]. `,
    update && `The following resource(s) failed to update: [${update}]. `,
  ].join("");
}
