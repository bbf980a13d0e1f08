/**
 * Request validation, as the method's validator asks for it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */

import { utf8Decode } from "../../../base/bytes.ts";
import { parseJson } from "../../../base/json.ts";
import { validationErrorString } from "../../../languages/json-schema/json-schema.ts";
import { valuesOf } from "./headers.ts";
import type { Routed } from "./incoming.ts";
import { mediaType } from "./media-types.ts";
import { Refusal } from "./refusal.ts";

export function validate(routed: Routed): void {
  const validator = routed.compiled.validators.get(routed.method.requestValidatorId ?? "");
  if (validator?.validateRequestParameters === true) {
    validateParameters(routed);
  }
  if (validator?.validateRequestBody === true) {
    validateBody(routed);
  }
}

function validateParameters(routed: Routed): void {
  const missing = Object.entries(routed.method.requestParameters ?? {})
    .filter(([, isRequired]) => isRequired)
    .map(([parameter]) => parameter.replace(/^method\.request\./, ""))
    .filter((parameter) => !isGiven(routed, parameter))
    .map((parameter) => parameter.slice(parameter.indexOf(".") + 1));
  if (missing.length > 0) {
    const said = `Missing required request parameters: [${missing.join(", ")}]`;
    throw new Refusal("BAD_REQUEST_PARAMETERS", { said, problems: `[${missing.join(", ")}]` });
  }
}

/** `querystring.page`; an empty value is none. */
function isGiven({ headers, query, match }: Routed, parameter: string): boolean {
  const dot = parameter.indexOf(".");
  const [place, name] = [parameter.slice(0, dot), parameter.slice(dot + 1)];
  const values = place.endsWith("header")
    ? valuesOf(headers, name)
    : place === "path"
      ? [match.variables[name]]
      : (query[name] ?? []);
  return values.some((value) => value !== undefined && value !== "");
}

function validateBody(routed: Routed): void {
  const { requestModels = {} } = routed.method;
  const type = mediaType(valuesOf(routed.headers, "content-type")[0]) ?? "application/json";
  const model = requestModels[type] ?? requestModels["$default"];
  if (model === undefined) {
    return;
  }
  const text = utf8Decode(routed.request.body);
  const body = parseJson(text === "" ? "null" : text);
  const problems =
    body === undefined ? ["Can not parse request body"] : routed.compiled.problems(model, body);
  if (problems.length > 0) {
    throw new Refusal("BAD_REQUEST_BODY", { problems: validationErrorString(problems) });
  }
}
