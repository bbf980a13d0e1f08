/** Types of resources and the names of their properties, before anything is made. */
import { dynamicReferencesIn } from "../../languages/template/dynamic-references.ts";
import type { Template } from "../../languages/template/template.ts";
import { isObject, TemplateError, type ValueObject } from "../../languages/template/value.ts";
import { NotSupportedError } from "../not-supported.ts";
import { isCustomType } from "../resources/custom-resource.ts";
import { resourceTypeOf } from "../resources/registry.ts";

interface Typed {
  readonly type: string;
  readonly properties: ValueObject;
}

/** Throws a `TemplateError` when a type is none of AWS's and none of a custom resource. */
export function checkTypeNames(template: Template): void {
  const types = [...new Set(Object.values(template.resources).map(({ type }) => type))];
  const unknown = types.filter((type) => !/^(AWS|Custom|Alexa)::/.test(type));
  if (unknown.length > 0) {
    throw new TemplateError(
      `Template format error: Unrecognized resource types: [${unknown.join(", ")}]`,
    );
  }
}

/**
 * Throws a `TemplateError` that names everything Millrace leaves out. A plan has only the resources
 * whose conditions hold, so a template may have others that Millrace does not know.
 */
export function checkTypes(resources: Readonly<Record<string, Typed>>): void {
  const features = featuresLeftOut(Object.entries(resources));
  if (features.length > 0) {
    throw new NotSupportedError(features);
  }
  for (const { properties } of Object.values(resources)) {
    dynamicReferencesIn(properties);
  }
}

/** What CloudFormation's own resources of a SAM template ask for that Millrace leaves out. */
export function featuresBesideSam(source: ValueObject): readonly string[] {
  const resources = isObject(source["Resources"]) ? source["Resources"] : {};
  const typed = Object.entries(resources).flatMap(([logicalId, resource]) => {
    const { Type: type, Properties: properties = {} } = isObject(resource) ? resource : {};
    const isPlain = typeof type === "string" && /^AWS::(?!Serverless::)/.test(type);
    return isPlain && isObject(properties) ? [[logicalId, { type, properties }] as const] : [];
  });
  return featuresLeftOut(typed);
}

function featuresLeftOut(resources: readonly (readonly [string, Typed])[]): readonly string[] {
  return resources.flatMap(([logicalId, { type, properties }]) => {
    const known = resourceTypeOf(type);
    const names = Object.keys(properties).filter((name) => !name.startsWith("Fn::"));
    const features =
      known === undefined
        ? [`resource type ${type}`]
        : isCustomType(type)
          ? []
          : names
              .filter((name) => !known.properties.has(name))
              .map((name) => `property ${name} of ${type}`);
    return features.map((feature) => `${feature} (resource ${logicalId})`);
  });
}
