/**
 * The definition of a state machine in a template: written out, as text, or as an object in S3, with
 * `${name}` standing for its substitutions.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
 */
import { parseTemplate } from "../../languages/template/parse.ts";
import type { Value } from "../../languages/template/value.ts";
import { PropertyError } from "./property-shape.ts";
import { call, type ResourceContext } from "./resource-type.ts";

export interface DefinitionProperties {
  readonly Definition?: Value | undefined;
  readonly DefinitionString?: string | undefined;
  readonly DefinitionS3Location?:
    | { readonly Bucket: string; readonly Key: string; readonly Version?: string | undefined }
    | undefined;
  readonly DefinitionSubstitutions?: Readonly<Record<string, string>> | undefined;
}

export function checkDefinitionProperties(properties: DefinitionProperties): void {
  const { Definition, DefinitionString, DefinitionS3Location } = properties;
  const given = [Definition, DefinitionString, DefinitionS3Location];
  if (given.filter((value) => value !== undefined).length !== 1) {
    throw new PropertyError(
      "Exactly one of Definition, DefinitionString and DefinitionS3Location must be specified",
    );
  }
}

export async function definitionText(
  ctx: ResourceContext,
  properties: DefinitionProperties,
): Promise<string> {
  const { Definition, DefinitionString, DefinitionS3Location: place } = properties;
  const text =
    place === undefined
      ? (DefinitionString ?? JSON.stringify(Definition))
      : await objectText(ctx, place);
  return substituted(text, properties.DefinitionSubstitutions ?? {});
}

/** Objects may be YAML. */
async function objectText(
  ctx: ResourceContext,
  { Bucket, Key, Version }: NonNullable<DefinitionProperties["DefinitionS3Location"]>,
): Promise<string> {
  const { Body: body } = await call(ctx, "s3", "GetObject", { Bucket, Key, VersionId: Version });
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text.trimStart().startsWith("{") ? text : JSON.stringify(parseTemplate(text));
}

/** A name that no substitution has stays as it is. */
function substituted(text: string, substitutions: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(substitutions, name) ? substitutions[name] : undefined;
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
}
