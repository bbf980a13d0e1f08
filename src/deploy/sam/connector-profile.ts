/** What a connector between two types allows: AWS's own table, with the resources filled in. */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import type { End } from "./connector-end.ts";
import { CONNECTIONS } from "./connector-profiles.gen.ts";
import { resourceError } from "./sam-error.ts";
import { objectOf } from "./sam-resource.ts";

export interface Profile {
  readonly kind:
    | "AWS_IAM_ROLE_MANAGED_POLICY"
    | "AWS_SQS_QUEUE_POLICY"
    | "AWS_SNS_TOPIC_POLICY"
    | "AWS_LAMBDA_PERMISSION";
  /** Whose policy it is: the source's, or else the destination's. */
  readonly sourcePolicy: boolean;
  readonly dependedBy: Value | undefined;
  /** By the permission's name. */
  readonly categories: ValueObject;
  /** Which permissions may be together, when not any. */
  readonly combinations: readonly (readonly string[])[] | undefined;
}

export function profileOf(connectorId: string, source: string, destination: string): Profile {
  const found = CONNECTIONS[source]?.[destination];
  if (found === undefined) {
    throw resourceError(
      connectorId,
      `Unable to create connector from ${source} to ${destination}; it's not supported or the template is invalid.`,
    );
  }
  const properties = objectOf(found["Properties"]);
  const { ValidAccessCategories: combinations } = properties;
  return {
    kind: found["Type"] as Profile["kind"],
    sourcePolicy: properties["SourcePolicy"] === true,
    dependedBy: properties["DependedBy"],
    categories: objectOf(properties["AccessCategories"]),
    combinations: combinations as Profile["combinations"],
  };
}

/** The names that were given, each once. Throws a `SamError`. */
export function readPermissions(
  connectorId: string,
  given: Value | undefined,
  { profile, source, destination }: Ends & { readonly profile: Profile },
): readonly string[] {
  const names = [...new Set(isList(given) ? given.map(String) : [])];
  const valid = Object.keys(profile.categories);
  const between = `connector from ${source.type} to ${destination.type}`;
  if (names.length === 0) {
    throw resourceError(
      connectorId,
      `'Permissions' cannot be empty; valid values are: ${valid.join(", ")}.`,
    );
  }
  if (names.some((name) => !valid.includes(name))) {
    throw resourceError(
      connectorId,
      `Unsupported 'Permissions' provided for ${between}; valid values are: ${valid.join(", ")}.`,
    );
  }
  const combinations = profile.combinations?.map((names) => [...names].sort().join(" + "));
  if (combinations !== undefined && !combinations.includes([...names].sort().join(" + "))) {
    throw resourceError(
      connectorId,
      `Unsupported 'Permissions' provided for ${between}; valid combinations are: ${combinations.join(", ")}.`,
    );
  }
  return names;
}

interface Ends {
  readonly source: End;
  readonly destination: End;
}

/** In the order of the table, with the resources filled in. Throws a `SamError`. */
export function connectedPermissions(
  connectorId: string,
  profile: Profile,
  { names, source, destination }: Ends & { readonly names: readonly string[] },
): readonly { readonly name: string; readonly body: ValueObject }[] {
  const replacements: Record<string, Value | undefined> = {};
  for (const [side, end] of [["Source", source] as const, ["Destination", destination] as const]) {
    replacements[`${side}.Arn`] = end.arn;
    replacements[`${side}.ResourceId`] = end.resourceId;
    replacements[`${side}.Name`] = end.name;
    replacements[`${side}.Qualifier`] = end.qualifier;
  }
  const missing = /%\{([\w.]+)\}/g;
  for (const [, name = ""] of JSON.stringify(profile.categories).matchAll(missing)) {
    if (replacements[name] === undefined) {
      throw resourceError(connectorId, `${name} is missing.`);
    }
  }
  const categories = objectOf(filled(profile.categories, replacements));
  return Object.entries(categories)
    .filter(([name]) => names.includes(name))
    .map(([name, body]) => ({ name, body: objectOf(body) }));
}

/** `%{Source.Arn}` as its value; inside of a longer text as a variable of `Fn::Sub`. */
export function filled(
  value: Value,
  replacements: Readonly<Record<string, Value | undefined>>,
): Value {
  if (isList(value)) {
    return value.map((item) => filled(item, replacements));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, filled(item, replacements)]),
    );
  }
  return typeof value === "string" ? filledText(value, replacements) : value;
}

function filledText(
  text: string,
  replacements: Readonly<Record<string, Value | undefined>>,
): Value {
  const variables: Record<string, Value> = {};
  let written = text;
  for (const [name, value] of Object.entries(replacements)) {
    const pattern = `%{${name}}`;
    if (value === undefined || !written.includes(pattern)) {
      continue;
    }
    if (written === pattern) {
      return value;
    }
    const variable = name.replace(/[^A-Za-z0-9]/g, "");
    written = written.replaceAll(pattern, `\${${variable}}`);
    variables[variable] = value;
  }
  if (!/\$\{.+\}/.test(written)) {
    return written;
  }
  return {
    "Fn::Sub": Object.keys(variables).length === 0 ? written : [written, variables],
  };
}
