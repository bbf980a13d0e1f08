/** Stages: named views of a deployment, with variables, throttling and logs of their own. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { MethodSetting, Stage } from "../../wire/models/apigateway.gen.ts";
import { logGroupOf } from "../api-front/access-log.ts";
import { requireDeployment, stagesOf } from "./deployment.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { given } from "./given.ts";
import { isPartName } from "./ids.ts";
import { type StageRecord, stages } from "./keys.ts";
import { STAGES_MAX } from "./limits.ts";

export function requireStage(tx: ReadTx, apiId: string, name: string): StageRecord {
  const stage = isPartName(name) ? stages.get(tx, [apiId, name]) : undefined;
  if (stage === undefined) {
    throw notFound("Invalid stage identifier specified");
  }
  return stage;
}

export type NewStage = Omit<Stage, "createdDate" | "lastUpdatedDate"> & {
  readonly stageName: string;
  readonly deploymentId: string;
};

export function addStage(
  tx: WriteTx,
  apiId: string,
  operation: string,
  members: NewStage,
): StageRecord {
  checkStage(operation, members);
  requireDeployment(tx, apiId, members.deploymentId);
  const others = stagesOf(tx, apiId);
  if (others.some(({ settings }) => settings.stageName === members.stageName)) {
    throw conflict("Stage already exists");
  }
  if (others.length >= STAGES_MAX) {
    throw badRequest("Maximum number of Stages for this API has been reached");
  }
  return putStage(tx, apiId, {
    createdMs: tx.nowMs,
    modifiedMs: tx.nowMs,
    settings: {
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      ...given(members),
      stageName: members.stageName,
      deploymentId: members.deploymentId,
    },
  });
}

export function putStage(tx: WriteTx, apiId: string, stage: StageRecord): StageRecord {
  stages.put(tx, [apiId, stage.settings.stageName], stage);
  return stage;
}

const VARIABLE_NAME = /^[A-Za-z0-9_]+$/;
const VARIABLE_VALUE = /^[A-Za-z0-9\-._~:/?#&=,]*$/;

/** What AWS refuses in a stage, and, by name, what does not exist here. */
export function checkStage(operation: string, stage: Partial<NewStage>): void {
  const { stageName, variables = {}, accessLogSettings, methodSettings = {} } = stage;
  if (stageName !== undefined && !/^[\w-]{1,128}$/.test(stageName)) {
    throw badRequest("Stage name only allows a-zA-Z0-9_");
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!VARIABLE_NAME.test(name)) {
      throw badRequest(
        `Stage variable name '${name}' is not valid. Names may only contain letters, numbers and underscores`,
      );
    }
    if (!VARIABLE_VALUE.test(value)) {
      throw badRequest(
        `Stage variable value is invalid. Value: ${value}. Please use values with alphanumeric characters and the symbols  ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
  checkAccessLog(operation, accessLogSettings);
  for (const [what, isAsked] of Object.entries({
    "cacheClusterEnabled (response caching)": stage.cacheClusterEnabled === true,
    cachingEnabled: Object.values(methodSettings).some((one) => one.cachingEnabled === true),
    canarySettings: stage.canarySettings !== undefined,
    clientCertificateId: Boolean(stage.clientCertificateId),
    documentationVersion: Boolean(stage.documentationVersion),
  })) {
    if (isAsked) {
      throw notSupported(operation, what);
    }
  }
}

function checkAccessLog(operation: string, settings: Stage["accessLogSettings"]): void {
  const { destinationArn = "", format } = settings ?? {};
  if (destinationArn === "" && format === undefined) {
    return;
  }
  if (/^arn:[\w-]+:firehose:/.test(destinationArn)) {
    throw notSupported(operation, "access logs to Firehose");
  }
  if (logGroupOf(destinationArn) === undefined) {
    throw badRequest("Invalid ARN specified in the request");
  }
  if (!/\$context\.(extendedRequestId|requestId)\b/.test(format ?? "")) {
    throw badRequest(
      "Access log format must contain at least $context.requestId or $context.extendedRequestId",
    );
  }
}

export function shownStage({ settings, createdMs, modifiedMs }: StageRecord): Stage {
  return {
    ...settings,
    createdDate: new Date(createdMs),
    lastUpdatedDate: new Date(modifiedMs),
  };
}

/** What a setting of methods is before anything of it is set. */
export const METHOD_SETTING_DEFAULTS: MethodSetting = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  throttlingBurstLimit: 5_000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};
