/**
 * Templates of gateway responses: variables alone, no Velocity. They see `$context` (with `$context.error`),
 * `$stageVariables` and the parameters of the request.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
import {
  evaluateParameterMapping,
  type ParameterSource,
  parseParameterMapping,
} from "./parameter-mapping.ts";

const PATH = "(?:\\.[\\w-]+)+";
const NAME = `context${PATH}|stageVariables\\.\\w+|method\\.request\\.(?:header|querystring|path)\\.[\\w-]+`;
const VARIABLE = new RegExp(`\\$(?:\\{(${NAME})\\}|(${NAME}))`, "g");

/** `$context.error` of an answer that the gateway gives itself. */
export interface GatewayError {
  /** As it is. */
  readonly message: string | null;
  /** The same in double quotes, as JSON: `null` without them where there is none. */
  readonly messageString: string;
  readonly responseType: string;
  /**
   * What the request's body was refused for, with its quotes escaped: templates put it between double quotes, which its
   * lists of names would break: https://github.com/aws/serverless-application-model/issues/1207
   */
  readonly validationErrorString?: string;
}

export function gatewayError(
  responseType: string,
  message: string | null,
  validationErrorString?: string,
): GatewayError {
  return {
    message,
    messageString: JSON.stringify(message),
    responseType,
    ...(validationErrorString === undefined
      ? {}
      : { validationErrorString: JSON.stringify(validationErrorString).slice(1, -1) }),
  };
}

/** The template with its variables replaced; one without a value is replaced by nothing. */
export function substituteVariables(template: string, source: ParameterSource): string {
  return template.replace(VARIABLE, (_, braced: string | undefined, plain: string | undefined) => {
    const mapping = parseParameterMapping(braced ?? plain ?? "", "method.request");
    return mapping === undefined ? "" : evaluateParameterMapping(mapping, source).join(",");
  });
}
