/** What has to be true of an integration of each kind, in AWS's words. */

import { functionArnOf } from "../../api-front/integration-uri.ts";
import { badRequest } from "../errors.ts";
import type { IntegrationRecord } from "../keys.ts";
import { parseTemplate } from "../selection.ts";
import { type Mappings, parseMappings } from "./parameter-mapping.ts";
import { serviceCallOf } from "./service-call.ts";

/** As it is to be kept: an update takes mappings away by naming them with nothing. */
export function checkedIntegration(given: IntegrationRecord): IntegrationRecord {
  const { IntegrationType, IntegrationSubtype } = given;
  if (IntegrationType === "HTTP_PROXY") {
    checkHttp(given);
  } else if (IntegrationSubtype) {
    checkService(given, IntegrationSubtype);
    return given;
  } else {
    checkFunction(given);
  }
  return withMappings(given);
}

function checkFunction({ IntegrationUri, PayloadFormatVersion: version }: IntegrationRecord): void {
  if (version === undefined) {
    throw badRequest("PayloadFormatVersion is a required parameter for LAMBDA integration");
  }
  if (version !== "1.0" && version !== "2.0") {
    throw badRequest(`Invalid PayloadFormatVersion specified: ${version}`);
  }
  if (!namesFunction(IntegrationUri)) {
    throw badRequest("Invalid Lambda function ARN specified");
  }
}

/** A URI with stage variables is known for good only when a stage is called. */
function namesFunction(uri: string | undefined): boolean {
  return uri !== undefined && (uri.includes("${") || functionArnOf(uri) !== undefined);
}

const METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

function checkHttp(given: IntegrationRecord): void {
  const { IntegrationUri = "", IntegrationMethod, PayloadFormatVersion: version } = given;
  if (given.IntegrationSubtype) {
    throw badRequest("IntegrationSubtype is not supported for HTTP_PROXY integrations");
  }
  if (version !== undefined && version !== "1.0") {
    throw badRequest(`Invalid PayloadFormatVersion specified: ${version}`);
  }
  if (IntegrationMethod === undefined) {
    throw badRequest("IntegrationMethod must not be null");
  }
  if (!METHODS.includes(IntegrationMethod)) {
    throw badRequest(`Invalid HTTP method specified: ${IntegrationMethod}`);
  }
  if (!isAddress(IntegrationUri)) {
    throw badRequest("Invalid HTTP endpoint specified for URI");
  }
}

/** Variables may stand for parts of it, though not for how it begins. */
function isAddress(uri: string): boolean {
  const filled = uri.replace(/\$?\{[^}]*\}/g, "x");
  return /^https?:\/\//.test(uri) && URL.canParse(filled);
}

function checkService(given: IntegrationRecord, subtype: string): void {
  const call = serviceCallOf(subtype);
  const { RequestParameters: parameters = {}, CredentialsArn, ResponseParameters } = given;
  if (call === undefined) {
    throw badRequest(`Invalid IntegrationSubtype specified: ${subtype}`);
  }
  if (given.PayloadFormatVersion !== undefined && given.PayloadFormatVersion !== "1.0") {
    throw badRequest(`Invalid PayloadFormatVersion specified: ${given.PayloadFormatVersion}`);
  }
  if (!CredentialsArn) {
    throw badRequest("CredentialsArn is a required parameter for AWS service integrations");
  }
  if (Object.keys(ResponseParameters ?? {}).length > 0) {
    throw badRequest("ResponseParameters are not supported for AWS service integrations");
  }
  for (const name of call.required) {
    if (parameters[name] === undefined) {
      throw badRequest(`Parameter: ${name} is required for IntegrationSubtype ${subtype}`);
    }
  }
  for (const [name, text] of Object.entries(parameters)) {
    if (!call.required.includes(name) && !call.optional.includes(name)) {
      throw badRequest(`Parameter: ${name} does not exist for IntegrationSubtype ${subtype}`);
    }
    const template = parseTemplate(text);
    const isOfRequest = template?.every(
      (part) => typeof part === "string" || !part.kind.startsWith("response"),
    );
    if (isOfRequest !== true) {
      throw badRequest(`Invalid mapping expression specified: ${text}`);
    }
  }
}

/** Keys with empty texts go, and statuses without any keys. */
function withMappings(given: IntegrationRecord): IntegrationRecord {
  const { RequestParameters = {}, ResponseParameters = {}, ...rest } = given;
  parseMappings(RequestParameters, "request");
  for (const [status, mappings] of Object.entries(ResponseParameters)) {
    if (!/^[2-5]\d\d$/.test(status)) {
      throw badRequest(`Invalid status code specified for ResponseParameters: ${status}`);
    }
    parseMappings(mappings, "response");
  }
  const request = withoutEmpty(RequestParameters);
  const response = Object.entries(ResponseParameters)
    .map(([status, mappings]) => [status, withoutEmpty(mappings)] as const)
    .filter(([, mappings]) => Object.keys(mappings).length > 0);
  return {
    ...rest,
    ...(Object.keys(request).length > 0 && { RequestParameters: request }),
    ...(response.length > 0 && { ResponseParameters: Object.fromEntries(response) }),
  };
}

function withoutEmpty(mappings: Mappings): Mappings {
  return Object.fromEntries(Object.entries(mappings).filter(([, value]) => value !== ""));
}
