/**
 * The sections of a template, checked for their form. What functions mean is not looked at here.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import {
  isList,
  isObject,
  scalarText,
  TemplateError,
  type Value,
  type ValueObject,
} from "./value.ts";

export interface Template {
  readonly description: string | undefined;
  /** Names of macros, in the order they apply. */
  readonly transforms: readonly string[];
  readonly metadata: ValueObject;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly mappings: ValueObject;
  readonly conditions: ValueObject;
  readonly rules: Readonly<Record<string, RuleDeclaration>>;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly outputs: Readonly<Record<string, OutputDeclaration>>;
}

export interface ParameterDeclaration {
  readonly type: string;
  readonly default: Value | undefined;
  readonly noEcho: boolean;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  readonly constraintDescription: string | undefined;
  readonly description: string | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minValue: number | undefined;
  readonly maxValue: number | undefined;
}

export interface RuleDeclaration {
  readonly condition: Value | undefined;
  readonly assertions: readonly {
    readonly assert: Value;
    readonly description: string | undefined;
  }[];
}

export interface ResourceDeclaration {
  readonly type: string;
  readonly properties: ValueObject;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: Value | undefined;
  readonly updateReplacePolicy: Value | undefined;
  readonly updatePolicy: ValueObject | undefined;
  readonly metadata: ValueObject;
}

export interface OutputDeclaration {
  readonly value: Value;
  readonly description: string | undefined;
  readonly exportName: Value | undefined;
  readonly condition: string | undefined;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const DESCRIPTION_LENGTH_MAX = 1024;
const RESOURCE_COUNT_MAX = 500;
const PARAMETER_COUNT_MAX = 200;
const OUTPUT_COUNT_MAX = 200;
const MAPPING_COUNT_MAX = 200;

const SECTIONS = new Set([
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Mappings",
  "Conditions",
  "Rules",
  "Transform",
  "Resources",
  "Outputs",
  "Hooks",
]);

const RESOURCE_MEMBERS = new Set([
  "Type",
  "Properties",
  "DependsOn",
  "Condition",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "UpdatePolicy",
  "CreationPolicy",
  "Description",
]);

export const PARAMETER_TYPE: RegExp =
  /^(String|Number|CommaDelimitedList|List<(Number|String|AWS::[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+)>|AWS::[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+|AWS::SSM::Parameter::(Name|Value<.+>))$/;

export function readTemplate(source: ValueObject): Template {
  checkSections(source);
  return {
    description: readDescription(source["Description"]),
    transforms: readTransforms(source["Transform"]),
    metadata: section(source, "Metadata"),
    parameters: readParameters(source),
    mappings: bounded(section(source, "Mappings"), "mappings", MAPPING_COUNT_MAX),
    conditions: section(source, "Conditions"),
    rules: mapEntries(section(source, "Rules"), readRule),
    resources: readResources(source),
    outputs: bounded(
      mapEntries(section(source, "Outputs"), readOutput),
      "outputs",
      OUTPUT_COUNT_MAX,
    ),
  };
}

function checkSections(source: ValueObject): void {
  const unknown = Object.keys(source).filter((key) => !SECTIONS.has(key));
  if (unknown.length > 0) {
    throw new TemplateError(`Invalid template property or properties [${unknown.join(", ")}]`);
  }
  if (source["Hooks"] !== undefined) {
    throw new TemplateError("Millrace does not support the Hooks section of templates.");
  }
  const version = source["AWSTemplateFormatVersion"];
  if (version !== undefined && version !== "2010-09-09") {
    throw new TemplateError(
      "Template format error: unsupported value for AWSTemplateFormatVersion.",
    );
  }
}

function readDescription(description: Value | undefined): string | undefined {
  if (description === undefined) {
    return undefined;
  }
  if (typeof description !== "string") {
    throw new TemplateError(
      description === null
        ? "[/Description] 'null' values are not allowed in templates"
        : "Template format error: Description must be a string.",
    );
  }
  if (description.length > DESCRIPTION_LENGTH_MAX) {
    throw new TemplateError(
      `Template format error: 'Description' length is greater than ${DESCRIPTION_LENGTH_MAX}.`,
    );
  }
  return description;
}

export function readTransforms(transform: Value | undefined): readonly string[] {
  const list = transform === undefined ? [] : isList(transform) ? transform : [transform];
  return list.map((name) => {
    if (typeof name !== "string") {
      throw new TemplateError(
        "Millrace does not support Transform with parameters (AWS::Include).",
      );
    }
    return name;
  });
}

function section(source: ValueObject, name: string): ValueObject {
  const value = source[name];
  if (value === undefined) {
    return {};
  }
  if (!isObject(value)) {
    throw new TemplateError(
      value === null
        ? `Template format error: [/${name}] 'null' values are not allowed in templates`
        : `Template format error: ${name} must be an object.`,
    );
  }
  return value;
}

function mapEntries<T>(
  entries: ValueObject,
  read: (value: Value, name: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, read(value, name)]),
  );
}

function bounded<T extends object>(entries: T, what: string, countMax: number): T {
  const count = Object.keys(entries).length;
  if (count > countMax) {
    throw new TemplateError(
      `Template format error: Number of ${what}, ${count}, is greater than maximum allowed, ${countMax}`,
    );
  }
  return entries;
}

function checkName(name: string, kind: string): void {
  if (!/^[A-Za-z0-9]+$/.test(name)) {
    throw new TemplateError(`Template format error: ${kind} name ${name} is non alphanumeric.`);
  }
}

function member(value: Value, path: string, kind: string): ValueObject {
  if (!isObject(value)) {
    throw new TemplateError(
      value === null
        ? `[${path}] 'null' values are not allowed in templates`
        : `Template format error: Any ${kind} member must be an object.`,
    );
  }
  return value;
}

export function readParameters(source: ValueObject): Template["parameters"] {
  const parameters = mapEntries(section(source, "Parameters"), readParameter);
  return bounded(parameters, "parameters", PARAMETER_COUNT_MAX);
}

function readParameter(value: Value, name: string): ParameterDeclaration {
  checkName(name, "Parameter");
  const body = member(value, `/Parameters/${name}`, "Parameters");
  const type = body["Type"];
  if (typeof type !== "string") {
    throw new TemplateError(
      "Template format error: Every Parameters object must contain a Type member.",
    );
  }
  if (!PARAMETER_TYPE.test(type)) {
    throw new TemplateError(`Template format error: Unrecognized parameter type: ${type}`);
  }
  const allowed = body["AllowedValues"];
  return {
    type,
    default: body["Default"],
    noEcho: String(body["NoEcho"] ?? false).toLowerCase() === "true",
    allowedValues: isList(allowed) ? allowed.map((item) => scalarText(item) ?? "") : undefined,
    allowedPattern: scalarText(body["AllowedPattern"]),
    constraintDescription: scalarText(body["ConstraintDescription"]),
    description: scalarText(body["Description"]),
    minLength: numberOf(body["MinLength"]),
    maxLength: numberOf(body["MaxLength"]),
    minValue: numberOf(body["MinValue"]),
    maxValue: numberOf(body["MaxValue"]),
  };
}

function numberOf(value: Value | undefined): number | undefined {
  return value === undefined ? undefined : Number(scalarText(value));
}

function readRule(value: Value, name: string): RuleDeclaration {
  const body = member(value, `/Rules/${name}`, "Rules");
  const assertions = body["Assertions"];
  if (!isList(assertions)) {
    throw new TemplateError(`Template format error: Rule ${name} must contain Assertions.`);
  }
  return {
    condition: body["RuleCondition"],
    assertions: assertions.map((item) => {
      const assertion = member(item, `/Rules/${name}/Assertions`, "Assertions");
      return {
        assert: assertion["Assert"] ?? null,
        description: scalarText(assertion["AssertDescription"]),
      };
    }),
  };
}

function readResources(source: ValueObject): Template["resources"] {
  const resources = mapEntries(section(source, "Resources"), readResource);
  if (Object.keys(resources).length === 0) {
    throw new TemplateError(
      "Template format error: At least one Resources member must be defined.",
    );
  }
  return bounded(resources, "resources", RESOURCE_COUNT_MAX);
}

function readResource(value: Value, name: string): ResourceDeclaration {
  checkName(name, "Resource");
  const path = `/Resources/${name}`;
  const body = member(value, path, "Resources");
  const type = body["Type"];
  if (typeof type !== "string") {
    throw new TemplateError(
      `Template format error: [${path}] Every Resources object must contain a Type member.`,
    );
  }
  const unknown = Object.keys(body).find((key) => !RESOURCE_MEMBERS.has(key));
  if (unknown !== undefined) {
    throw new TemplateError(`Invalid template resource property '${unknown}'`);
  }
  if (body["CreationPolicy"] !== undefined) {
    throw new TemplateError(`Millrace does not support CreationPolicy (resource ${name}).`);
  }
  const dependsOn = body["DependsOn"] ?? [];
  return {
    type,
    properties: member(body["Properties"] ?? {}, `${path}/Properties`, "Properties"),
    dependsOn: (isList(dependsOn) ? dependsOn : [dependsOn]).map((item) => dependency(item, path)),
    condition: scalarText(body["Condition"]),
    deletionPolicy: body["DeletionPolicy"],
    updateReplacePolicy: body["UpdateReplacePolicy"],
    updatePolicy: readUpdatePolicy(body["UpdatePolicy"], { name, type }),
    metadata: isObject(body["Metadata"]) ? body["Metadata"] : {},
  };
}

/** Of the policies there are, the one of aliases: the others are about other compute. */
const UPDATE_POLICY = { type: "AWS::Lambda::Alias", policy: "CodeDeployLambdaAliasUpdate" };

function readUpdatePolicy(
  value: Value | undefined,
  { name, type }: { readonly name: string; readonly type: string },
): ValueObject | undefined {
  if (value === undefined) {
    return undefined;
  }
  const policies = member(value, `/Resources/${name}/UpdatePolicy`, "UpdatePolicy");
  const refused = Object.keys(policies).find(
    (policy) => policy !== UPDATE_POLICY.policy || type !== UPDATE_POLICY.type,
  );
  if (refused !== undefined) {
    throw new TemplateError(
      `Millrace does not support UpdatePolicy ${refused} of ${type} (resource ${name}).`,
    );
  }
  return policies;
}

function dependency(value: Value, path: string): string {
  if (typeof value !== "string") {
    throw new TemplateError(
      `Template format error: [${path}] Every DependsOn value must be a string.`,
    );
  }
  return value;
}

function readOutput(value: Value, name: string): OutputDeclaration {
  checkName(name, "Output");
  const body = member(value, `/Outputs/${name}`, "Outputs");
  if (body["Value"] === undefined) {
    throw new TemplateError(
      `Template format error: Output ${name} is malformed. The Value property is required.`,
    );
  }
  const exported = body["Export"];
  return {
    value: body["Value"],
    description: scalarText(body["Description"]),
    exportName: isObject(exported) ? exported["Name"] : undefined,
    condition: scalarText(body["Condition"]),
  };
}
