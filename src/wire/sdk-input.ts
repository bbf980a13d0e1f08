/**
 * Inputs of operations as JSON that somebody wrote down for later: the universal targets of
 * EventBridge Scheduler, the SDK integrations of Step Functions.
 *
 * Members carry the names of the API with a capital first letter, whatever the service's own
 * protocol writes; blobs are text, timestamps are ISO 8601 or seconds since the Unix epoch.
 *
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 * and https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
import { utf8Encode } from "../base/bytes.ts";
import { Unreadable } from "./malformed.ts";
import type { ServiceModel, ServiceName } from "./model.ts";
import { CATALOG } from "./models/catalog.gen.ts";
import { type ReadDialect, unexpected, valueReader } from "./read-value.ts";
import { readEpochSeconds, readTimestampText } from "./timestamps.ts";

const SDK_DIALECT: ReadDialect = {
  usesJsonNames: false,
  blob(value) {
    if (typeof value !== "string") {
      throw unexpected(value, "a Blob");
    }
    return utf8Encode(value);
  },
  timestamp(value) {
    if (typeof value === "number") {
      return readEpochSeconds(value);
    }
    if (typeof value === "string") {
      return readTimestampText(value);
    }
    throw unexpected(value, "a Timestamp");
  },
};

/** `eventbridge` is `events`, `cloudwatchlogs` is `logs`, `sfn` is `states`. */
export function serviceOfSdkName(sdkName: string): ServiceName | undefined {
  return CATALOG.find(({ serviceId }) => sdkNameOf(serviceId) === sdkName.toLowerCase())?.name;
}

function sdkNameOf(serviceId: string): string {
  return serviceId.replaceAll(" ", "").toLowerCase();
}

/** The operation that an SDK calls `sendMessage`. */
export function operationOfSdkName(model: ServiceModel, sdkName: string): string | undefined {
  return Object.keys(model.operations).find(
    (operation) => operation.toLowerCase() === sdkName.toLowerCase(),
  );
}

/** Throws `Unreadable` for what is not of its type. Unknown members stay and mean nothing. */
export function readSdkInput(model: ServiceModel, operation: string, value: unknown): unknown {
  const shape = model.operations[operation]?.input;
  return shape === undefined
    ? {}
    : valueReader(model, shape, SDK_DIALECT)(renamed(model, shape, value), 0);
}

/** A copy in which members are named as the model names them. */
function renamed(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = model.shapes[shapeName];
  if (shape === undefined || typeof value !== "object" || value === null) {
    return value;
  }
  if (shape.type === "list") {
    const element = shape.member.shape;
    return Array.isArray(value) ? value.map((item) => renamed(model, element, item)) : value;
  }
  if (Array.isArray(value)) {
    throw new Unreadable("Start of list found where not expected");
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, unknown] => {
      if (shape.type === "map") {
        return [key, renamed(model, shape.value.shape, item)];
      }
      const name = memberName(shape.members, key);
      const member = shape.members[name];
      return [name, member === undefined ? item : renamed(model, member.shape, item)];
    }),
  );
}

function memberName(members: object, key: string): string {
  const lower = key.charAt(0).toLowerCase() + key.slice(1);
  return [key, lower].find((name) => Object.hasOwn(members, name)) ?? key;
}
