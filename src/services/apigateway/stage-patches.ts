/**
 * How stages are changed. The settings of methods have paths of their own:
 * `/{resource path}/{method}/throttling/burstLimit`, the resource's path with or without `~1`.
 */
import type { MethodSetting, PatchOperation } from "../../wire/models/apigateway.gen.ts";
import { badRequest } from "./errors.ts";
import type { StageRecord } from "./keys.ts";
import {
  boolean,
  number,
  optional,
  type PatchTable,
  patched,
  type Read,
  settable,
  text,
} from "./patch.ts";
import { METHOD_SETTING_DEFAULTS } from "./stage.ts";

type Settings = StageRecord["settings"];

const STAGE: PatchTable = {
  "/accessLogSettings": {
    ops: ["remove"],
    apply: ({ accessLogSettings: _, ...record }) => record,
  },
  "/accessLogSettings/destinationArn": optional(text),
  "/accessLogSettings/format": optional(text),
  "/cacheClusterEnabled": settable(boolean),
  "/cacheClusterSize": settable(text),
  "/canarySettings/percentTraffic": optional(number),
  "/clientCertificateId": settable(text),
  "/deploymentId": settable(text),
  "/description": settable(text),
  "/documentationVersion": settable(text),
  "/tracingEnabled": settable(boolean),
  "/variables/{}": optional(text),
};

const SETTINGS: Readonly<Record<string, readonly [keyof MethodSetting, Read]>> = {
  "caching/dataEncrypted": ["cacheDataEncrypted", boolean],
  "caching/enabled": ["cachingEnabled", boolean],
  "caching/requireAuthorizationForCacheControl": ["requireAuthorizationForCacheControl", boolean],
  "caching/ttlInSeconds": ["cacheTtlInSeconds", number],
  "caching/unauthorizedCacheControlHeaderStrategy": [
    "unauthorizedCacheControlHeaderStrategy",
    text,
  ],
  "logging/dataTrace": ["dataTraceEnabled", boolean],
  "logging/loglevel": ["loggingLevel", text],
  "metrics/enabled": ["metricsEnabled", boolean],
  "throttling/burstLimit": ["throttlingBurstLimit", number],
  "throttling/rateLimit": ["throttlingRateLimit", number],
};

export function patchedStage(
  settings: Settings,
  operations: readonly PatchOperation[] | undefined,
): Settings {
  let current = settings;
  for (const operation of operations ?? []) {
    const own = /^\/(variables|accessLogSettings|canarySettings)(\/|$)/.test(operation.path ?? "");
    const named = own ? undefined : methodSettingOf(operation);
    current =
      named === undefined ? patched(current, [operation], STAGE) : withSetting(current, named);
  }
  return current;
}

interface NamedSetting {
  /** `orders/{id}/GET`, and with slash and star for all of them. */
  readonly key: string;
  /** Absent when the whole entry goes. */
  readonly change?: (before: MethodSetting) => MethodSetting;
}

function methodSettingOf({ op, path = "", value = "" }: PatchOperation): NamedSetting | undefined {
  const parts = path.slice(1).split("/");
  const row = SETTINGS[parts.slice(-2).join("/")];
  if (row !== undefined && parts.length >= 4) {
    if (op !== "replace" && op !== "add") {
      throw badRequest(`Invalid patch operation '${op}' specified for path '${path}'`);
    }
    const [member, read] = row;
    const key = settingKey(parts.slice(0, -2));
    return { key, change: (before) => ({ ...before, [member]: read(value, path) }) };
  }
  return op === "remove" && parts.length >= 2 ? { key: settingKey(parts) } : undefined;
}

/** From the parts of a path: the resource's, of which `~1` may hold several together, and the method. */
function settingKey(parts: readonly string[]): string {
  const resource = parts.slice(0, -1).join("/").replaceAll("~1", "/").replace(/^\//, "");
  return `${resource}/${parts.at(-1)}`;
}

function withSetting(settings: Settings, { key, change }: NamedSetting): Settings {
  const { [key]: before, ...others } = settings.methodSettings ?? {};
  const methodSettings =
    change === undefined ? others : { ...others, [key]: change(before ?? METHOD_SETTING_DEFAULTS) };
  return { ...settings, methodSettings };
}
