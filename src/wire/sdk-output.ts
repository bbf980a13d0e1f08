/**
 * Outputs of operations as JSON in the manner of the SDK integrations of Step Functions: members
 * begin with a capital letter, timestamps are ISO 8601, bytes are text.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
import type { ServiceModel } from "./model.ts";

/** What JSON can hold, and nothing that is absent. */
export type SdkJson =
  | null
  | boolean
  | number
  | string
  | readonly SdkJson[]
  | { readonly [member: string]: SdkJson };

/** Bodies that are streams are read to their end. */
export async function writeSdkOutput(
  model: ServiceModel,
  operation: string,
  output: unknown,
): Promise<SdkJson> {
  const shape = model.operations[operation]?.output;
  return shape === undefined ? {} : written(model, shape, output ?? {});
}

async function written(model: ServiceModel, shapeName: string, value: unknown): Promise<SdkJson> {
  const shape = model.shapes[shapeName];
  if (shape === undefined) {
    return scalar(value);
  }
  if (shape.type === "list") {
    const element = shape.member.shape;
    return Promise.all((value as readonly unknown[]).map((item) => written(model, element, item)));
  }
  const members: [string, SdkJson][] = [];
  for (const [name, item] of Object.entries(value as object)) {
    if (item === undefined || item === null) {
      continue;
    }
    if (shape.type === "map") {
      members.push([name, await written(model, shape.value.shape, item)]);
    } else if (Object.hasOwn(shape.members, name)) {
      const member = shape.members[name];
      members.push([capitalized(name), await written(model, member?.shape ?? "", item)]);
    }
  }
  return Object.fromEntries(members);
}

async function scalar(value: unknown): Promise<SdkJson> {
  if (value instanceof Date) {
    return value.toISOString().replace(".000Z", "Z");
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString("utf8");
  }
  if (isStream(value)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of value) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }
  return typeof value === "bigint" ? Number(value) : (value as SdkJson);
}

function isStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
