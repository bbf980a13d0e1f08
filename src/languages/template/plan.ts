/**
 * A template and its parameters become a plan: conditions decided, everything that can be known
 * beforehand written in, and for each resource what it waits for. What is left of functions in a
 * plan are references to resources.
 */
import { conditionsOf } from "./conditions.ts";
import { checkAcyclic } from "./dependencies.ts";
import { evaluate, evaluateObject, NO_VALUE, type NoValue, type Scope } from "./functions.ts";
import { type References, referencesIn } from "./references.ts";
import { checkRules } from "./rules.ts";
import type { ResourceDeclaration, Template } from "./template.ts";
import { TemplateError, type Value, type ValueObject } from "./value.ts";

export interface Plan {
  readonly description: string | undefined;
  readonly resources: Readonly<Record<string, PlannedResource>>;
  readonly outputs: Readonly<Record<string, PlannedOutput>>;
}

export interface PlannedResource {
  readonly type: string;
  readonly properties: ValueObject;
  /** Logical ids, of the plan's resources only. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: Policy;
  readonly updateReplacePolicy: Policy;
  /** As far as it can be known beforehand, like properties. */
  readonly updatePolicy?: ValueObject | undefined;
  readonly metadata: ValueObject;
}

export interface PlannedOutput {
  readonly value: Value;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
}

export type Policy = "Delete" | "Retain" | "RetainExceptOnCreate";

export const EMPTY_PLAN: Plan = { description: undefined, resources: {}, outputs: {} };

export interface StackIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
}

export interface PlanInput {
  readonly template: Template;
  /** What `Ref` gives for each parameter. */
  readonly parameters: Readonly<Record<string, Value>>;
  readonly stack: StackIdentity;
  importValue(name: string): string | undefined;
  /** The attributes a type has; `undefined` when any name may be one. */
  attributesOf(type: string): readonly string[] | undefined;
}

const LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions";

export function planStack(input: PlanInput): Plan {
  const { template } = input;
  checkReferences(input);
  const scope = planScope(input);
  checkRules(template.rules, scope);
  for (const name of Object.keys(template.conditions)) {
    scope.condition(name);
  }
  const kept = Object.entries(template.resources).filter(
    ([, { condition }]) => condition === undefined || scope.condition(condition),
  );
  const keptIds = new Set(kept.map(([logicalId]) => logicalId));
  const resources: Record<string, PlannedResource> = {};
  for (const [logicalId, declaration] of kept) {
    resources[logicalId] = planResource(declaration, keptIds, scope);
  }
  checkAcyclic(
    new Map(Object.entries(resources).map(([id, { dependsOn }]) => [id, dependsOn] as const)),
  );
  return {
    description: template.description,
    resources,
    outputs: planOutputs(template, keptIds, scope),
  };
}

function planScope(input: PlanInput): Scope {
  const { template } = input;
  const pseudo = pseudoParameters(input.stack);
  const base: Omit<Scope, "condition"> = {
    region: input.stack.region,
    mappings: template.mappings,
    languageExtensions: template.transforms.includes(LANGUAGE_EXTENSIONS),
    ref: (name) => pseudo[name] ?? input.parameters[name],
    attribute: () => undefined,
    importValue(name) {
      const value = input.importValue(name);
      if (value === undefined) {
        throw new TemplateError(`No export named ${name} found.`);
      }
      return value;
    },
  };
  return { ...base, condition: conditionsOf(template.conditions, base) };
}

export function pseudoParameters(stack: StackIdentity): Readonly<Record<string, Value | NoValue>> {
  return {
    "AWS::AccountId": stack.accountId,
    "AWS::NoValue": NO_VALUE,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": stack.region,
    "AWS::StackId": stack.stackId,
    "AWS::StackName": stack.stackName,
    "AWS::URLSuffix": "amazonaws.com",
  };
}

function planResource(
  declaration: ResourceDeclaration,
  keptIds: ReadonlySet<string>,
  scope: Scope,
): PlannedResource {
  const properties = evaluateObject(declaration.properties, scope);
  const { updatePolicy: given } = declaration;
  const updatePolicy = given && evaluateObject(given, scope);
  const implied = [properties, ...(updatePolicy ? [updatePolicy] : [])].flatMap((value) =>
    resourcesIn(referencesIn(value), keptIds, "Resources"),
  );
  const explicit = declaration.dependsOn.filter((logicalId) => keptIds.has(logicalId));
  return {
    type: declaration.type,
    properties,
    dependsOn: [...new Set([...explicit, ...implied])],
    deletionPolicy: readPolicy(declaration.deletionPolicy, "DeletionPolicy", scope),
    updateReplacePolicy: readPolicy(declaration.updateReplacePolicy, "UpdateReplacePolicy", scope),
    ...(updatePolicy && { updatePolicy }),
    metadata: declaration.metadata,
  };
}

function readPolicy(value: Value | undefined, name: string, scope: Scope): Policy {
  const policy = value === undefined ? "Delete" : evaluate(value, scope);
  if (policy === "Delete" || policy === "Retain") {
    return policy;
  }
  if (policy === "RetainExceptOnCreate" && name === "DeletionPolicy") {
    return policy;
  }
  if (policy === "Snapshot") {
    throw new TemplateError(`Millrace does not support ${name} Snapshot.`);
  }
  throw new TemplateError(
    `Template format error: Unrecognized ${name} ${JSON.stringify(policy)} for resource`,
  );
}

function planOutputs(
  template: Template,
  keptIds: ReadonlySet<string>,
  scope: Scope,
): Plan["outputs"] {
  const outputs: Record<string, PlannedOutput> = {};
  for (const [name, output] of Object.entries(template.outputs)) {
    if (output.condition !== undefined && !scope.condition(output.condition)) {
      continue;
    }
    const value = evaluate(output.value, scope);
    const exportName = evaluate(output.exportName ?? null, scope);
    if (value === NO_VALUE) {
      continue;
    }
    resourcesIn(referencesIn(value), keptIds, "Outputs");
    outputs[name] = {
      value,
      description: output.description,
      exportName: typeof exportName === "string" ? exportName : undefined,
    };
  }
  return outputs;
}

/** The resources referred to; one that its condition took away is an error, as on AWS. */
function resourcesIn(
  references: References,
  keptIds: ReadonlySet<string>,
  block: string,
): readonly string[] {
  const ids = [...references.names, ...references.attributes.map(({ logicalId }) => logicalId)];
  const missing = ids.filter((logicalId) => !keptIds.has(logicalId));
  if (missing.length > 0) {
    throw unresolved(missing, block);
  }
  return ids;
}

function unresolved(names: readonly string[], block: string): TemplateError {
  return new TemplateError(
    `Template format error: Unresolved resource dependencies [${[...new Set(names)].join(", ")}] in the ${block} block of the template`,
  );
}

/** Every name used must exist somewhere in the template, whatever the conditions say. */
function checkReferences(input: PlanInput): void {
  const { template } = input;
  const pseudo = pseudoParameters(input.stack);
  const isKnown = (name: string): boolean =>
    template.resources[name] !== undefined ||
    template.parameters[name] !== undefined ||
    Object.hasOwn(pseudo, name);
  const missing: string[] = [];
  for (const { properties, updatePolicy, dependsOn } of Object.values(template.resources)) {
    const references = referencesIn(updatePolicy ? [properties, updatePolicy] : properties);
    missing.push(...[...references.names].filter((name) => !isKnown(name)));
    missing.push(...dependsOn.filter((name) => template.resources[name] === undefined));
    checkAttributes(references, input);
  }
  if (missing.length > 0) {
    throw unresolved(missing, "Resources");
  }
  for (const { value } of Object.values(template.outputs)) {
    const references = referencesIn(value);
    const unknown = [...references.names].filter((name) => !isKnown(name));
    if (unknown.length > 0) {
      throw unresolved(unknown, "Outputs");
    }
    checkAttributes(references, input);
  }
}

function checkAttributes(references: References, input: PlanInput): void {
  for (const { logicalId, attribute } of references.attributes) {
    const resource = input.template.resources[logicalId];
    if (resource === undefined) {
      throw new TemplateError(
        `Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`,
      );
    }
    const known = input.attributesOf(resource.type);
    if (known !== undefined && !known.includes(attribute)) {
      throw new TemplateError(
        `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
}

/** What exists by now: the reference and the attributes of each resource. */
export interface KnownResources {
  ref(logicalId: string): Value | undefined;
  attribute(logicalId: string, name: string): Value | undefined;
}

/** Finishes what a plan left open. What refers to resources that are not known stays. */
export function completed(value: Value, known: KnownResources): Value {
  const result = evaluate(value, {
    region: "",
    mappings: {},
    languageExtensions: true,
    ref: known.ref,
    attribute: known.attribute,
    condition: () => false,
    importValue: () => undefined,
  });
  return result === NO_VALUE ? null : result;
}
