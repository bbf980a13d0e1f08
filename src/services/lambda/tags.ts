/**
 * Tags of functions, event source mappings, layers and code signing configurations.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { existingCodeSigning } from "./code-signing.ts";
import { constraintFailed, invalidParameterValue, resourceDoesNotExist } from "./errors.ts";
import { latestFunction } from "./function.ts";
import { functionReference } from "./function-name.ts";
import { codeSigningConfigs, functionKey, functions, layers, mappings } from "./keys.ts";
import { type LayerId, layerId, layerKey } from "./layer.ts";
import { TAGS_MAX } from "./limits.ts";
import { existingMapping } from "./mapping.ts";

export type Tags = Readonly<Record<string, string>>;

export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > TAGS_MAX) {
    throw invalidParameterValue(`Number of tags exceeds resource tag limit.`);
  }
  for (const key of Object.keys(tags)) {
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidParameterValue("Tags starting with 'aws:' are reserved for internal use.");
    }
  }
}

interface Asker {
  readonly region: string;
  readonly accountId: string;
}

/** Something that has tags. */
export interface Tagged {
  readonly tags: Tags;
  put(tx: WriteTx, tags: Tags): void;
}

export function taggedResource(tx: ReadTx, asker: Asker, resourceArn: string): Tagged {
  const arn = parseArn(resourceArn);
  const [type, name = ""] = arn?.resource.split(":") ?? [];
  if (arn?.service === "lambda" && type === "event-source-mapping") {
    const { region, accountId } = arn;
    const mapping = existingMapping(tx, { region, accountId, uuid: name });
    const key = [region, accountId, name];
    return {
      tags: mapping.tags,
      put: (write, tags) => mappings.put(write, key, { ...mapping, tags }),
    };
  }
  if (arn?.service === "lambda" && type === "layer") {
    return taggedLayer(tx, layerId(asker, resourceArn));
  }
  if (arn?.service === "lambda" && type === "code-signing-config") {
    const config = existingCodeSigning(tx, asker, resourceArn);
    const key = [config.region, config.accountId, config.id];
    return {
      tags: config.tags,
      put: (write, tags) => codeSigningConfigs.put(write, key, { ...config, tags }),
    };
  }
  if (arn?.service !== "lambda" || type !== "function") {
    throw constraintFailed(
      resourceArn,
      "resource",
      "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})",
    );
  }
  const reference = functionReference(asker, resourceArn, undefined);
  if (reference.qualifier !== undefined) {
    throw invalidParameterValue(
      "Tags on function aliases and versions are not supported. Please specify either a function ARN or an event source mapping ARN.",
    );
  }
  const fn = latestFunction(tx, reference);
  return {
    tags: fn.tags,
    put: (write, tags) => functions.put(write, functionKey(fn), { ...fn, tags }),
  };
}

function taggedLayer(tx: ReadTx, id: LayerId): Tagged {
  const layer = layers.get(tx, layerKey(id));
  if (layer === undefined) {
    throw resourceDoesNotExist();
  }
  return {
    tags: layer.tags,
    put: (write, tags) => layers.put(write, layerKey(id), { ...layer, tags }),
  };
}
