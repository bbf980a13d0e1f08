/** What the kinds of events share. */
import { createHash } from "node:crypto";
import type { Value, ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";
import {
  defined,
  getAtt,
  inheritedAttributes,
  objectOf,
  ref,
  type SamResource,
} from "./sam-resource.ts";

export interface FunctionEvent {
  readonly function: SamResource;
  /** As the template names it, within its function. */
  readonly id: string;
  /** The function's logical id and the event's. */
  readonly logicalId: string;
  /** Of the alias that is invoked in the place of the function. */
  readonly aliasId?: string | undefined;
  readonly type: string;
  readonly properties: ValueObject;
}

/** What an event becomes, and what the function's own role needs for it. */
export interface EventResult {
  readonly resources: readonly (readonly [logicalId: string, resource: ValueObject])[];
  /** The name of an AWS managed policy. */
  readonly managedPolicy?: string;
  readonly policy?: ValueObject | undefined;
}

/** What an event invokes: the function, or the alias that is published with it. */
export function functionTarget({ function: fn, aliasId }: FunctionEvent): Value {
  return aliasId === undefined ? getAtt(fn.logicalId, "Arn") : ref(aliasId);
}

/** Reads the properties of an event, which must be known ones, and have the required. */
export function eventProperties(
  event: FunctionEvent,
  table: { readonly required: readonly string[]; readonly optional: readonly string[] },
): ValueObject {
  const known = new Set([...table.required, ...table.optional]);
  for (const name of Object.keys(event.properties)) {
    if (!known.has(name)) {
      throw resourceError(
        event.logicalId,
        `property ${name} not defined for resource of type ${event.type}`,
      );
    }
  }
  for (const name of table.required) {
    if (event.properties[name] === undefined) {
      throw resourceError(event.logicalId, `Missing required property '${name}'.`);
    }
  }
  return event.properties;
}

/** A resource of an event: it lives and goes as its function does. */
export function eventResource(
  event: FunctionEvent,
  type: string,
  properties: Readonly<Record<string, Value | undefined>>,
): ValueObject {
  return {
    Type: type,
    ...inheritedAttributes(event.function.attributes),
    Properties: defined(properties),
  };
}

export function permission(
  event: FunctionEvent,
  principal: string,
  sourceArn: Value,
): readonly [string, ValueObject] {
  const resource = eventResource(event, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: ref(event.aliasId ?? event.function.logicalId),
    Principal: principal,
    SourceArn: sourceArn,
  });
  return [`${event.logicalId}Permission`, resource];
}

/** A queue that takes what `source` could not deliver, or what a topic sends to it. */
export function queuePolicy(
  event: FunctionEvent,
  options: {
    readonly principal: Value;
    readonly sourceArn: Value;
    readonly queueArn: Value;
    readonly queueUrl: Value;
  },
): ValueObject {
  return eventResource(event, "AWS::SQS::QueuePolicy", {
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Action: "sqs:SendMessage",
          Effect: "Allow",
          Principal: options.principal,
          Resource: options.queueArn,
          Condition: { ArnEquals: { "aws:SourceArn": options.sourceArn } },
        },
      ],
    },
    Queues: [options.queueUrl],
  });
}

/** `Condition` of the function, when it has one. */
export function conditionOf(resource: SamResource): string | undefined {
  const condition = resource.attributes["Condition"];
  return typeof condition === "string" ? condition : undefined;
}

const HASH_LENGTH = 10;

/** A logical id for what has no name that could be one: stable as long as `data` is. */
export function hashedId(prefix: string, data: Value): string {
  const text = typeof data === "string" ? data : sortedJson(data);
  return prefix + createHash("sha1").update(text).digest("hex").slice(0, HASH_LENGTH);
}

function sortedJson(value: Value): string {
  return JSON.stringify(value, (_, item: Value) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(objectOf(item)).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
