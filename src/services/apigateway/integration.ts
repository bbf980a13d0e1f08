/** Integrations: what may stand in one, and how an incomplete one is completed. */
import { parseArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Integration, IntegrationResponse } from "../../wire/models/apigateway.gen.ts";
import { badRequest } from "./errors.ts";
import { given } from "./given.ts";
import {
  INTEGRATION_TIMEOUT_MS,
  INTEGRATION_TIMEOUT_MS_MAX,
  INTEGRATION_TIMEOUT_MS_MIN,
} from "./limits.ts";
import { checkStatusCode } from "./method.ts";
import { patternOf } from "./selection.ts";

const TYPES = ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"];
const PASSTHROUGH = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"];
const CONTENT_HANDLING = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"];

/** With AWS's defaults; throws for what AWS refuses, and for what there is not here. */
export function completeIntegration(
  operation: string,
  integration: Integration,
  resourceId: string,
): Integration {
  const { type = "" } = integration;
  const complete: Integration = {
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutInMillis: INTEGRATION_TIMEOUT_MS,
    cacheNamespace: resourceId,
    cacheKeyParameters: [],
    ...(type === "MOCK" ? {} : { connectionType: undefined }),
    ...given(integration),
  };
  checkIntegration(operation, complete);
  return complete;
}

export function checkIntegration(operation: string, integration: Integration): void {
  const { type = "", connectionType, uri, httpMethod, tlsConfig, contentHandling } = integration;
  if (!TYPES.includes(type)) {
    throw badRequest(`Invalid integration type specified. Valid options are ${TYPES.join(", ")}`);
  }
  if (connectionType === "VPC_LINK") {
    throw notSupported(operation, "VPC links");
  }
  if (integration.responseTransferMode === "STREAM") {
    throw notSupported(operation, "responseTransferMode STREAM");
  }
  if (tlsConfig?.insecureSkipVerification === true) {
    throw notSupported(operation, "tlsConfig.insecureSkipVerification");
  }
  if (!PASSTHROUGH.includes(integration.passthroughBehavior ?? "WHEN_NO_MATCH")) {
    throw badRequest("Invalid passthrough behavior specified");
  }
  if (contentHandling !== undefined && !CONTENT_HANDLING.includes(contentHandling)) {
    throw badRequest("Invalid content handling specified");
  }
  const timeoutMs = integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  if (timeoutMs < INTEGRATION_TIMEOUT_MS_MIN || timeoutMs > INTEGRATION_TIMEOUT_MS_MAX) {
    throw badRequest(
      `Timeout should be between ${INTEGRATION_TIMEOUT_MS_MIN} ms and ${INTEGRATION_TIMEOUT_MS} ms`,
    );
  }
  if (type !== "MOCK") {
    checkTarget(type, uri, httpMethod);
  }
}

function checkTarget(type: string, uri: string | undefined, httpMethod: string | undefined): void {
  if (httpMethod === undefined || httpMethod === "") {
    throw badRequest("Enumeration value for HttpMethod must be non-empty");
  }
  if (type.startsWith("HTTP")) {
    if (!/^https?:\/\/./.test(uri ?? "") && !/^\$\{stageVariables\./.test(uri ?? "")) {
      throw badRequest("Invalid HTTP endpoint specified for URI");
    }
    return;
  }
  // The service stands where ARNs have the account: `arn:aws:apigateway:us-east-1:sqs:path/...`.
  const arn = parseArn(uri ?? "");
  if (arn?.service !== "apigateway") {
    throw badRequest("Invalid ARN specified in the request");
  }
  if (!/^(path|action)\//.test(arn.resource)) {
    throw badRequest("AWS ARN for integration must contain path or action");
  }
  if (type === "AWS_PROXY" && arn.accountId !== "lambda") {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
}

export function checkIntegrationResponse(response: IntegrationResponse): void {
  checkStatusCode(response.statusCode ?? "");
  const { selectionPattern, contentHandling } = response;
  if (selectionPattern && patternOf(selectionPattern) === undefined) {
    throw badRequest(`Invalid selection pattern specified: ${selectionPattern}`);
  }
  if (contentHandling !== undefined && !CONTENT_HANDLING.includes(contentHandling)) {
    throw badRequest("Invalid content handling specified");
  }
}
