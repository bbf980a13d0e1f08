/**
 * The types of gateway responses, with the status and the text that each has of itself.
 * Source of types and statuses: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */

/** Status, and the message behind `$context.error.message`, where the cause gives none of its own. */
export const RESPONSE_TYPES: Readonly<
  Record<string, readonly [status: string | undefined, message: string]>
> = {
  ACCESS_DENIED: ["403", "User is not authorized to access this resource"],
  API_CONFIGURATION_ERROR: ["500", "Internal server error"],
  AUTHORIZER_CONFIGURATION_ERROR: ["500", "Internal server error"],
  AUTHORIZER_FAILURE: ["500", "Internal server error"],
  BAD_REQUEST_BODY: ["400", "Invalid request body"],
  BAD_REQUEST_PARAMETERS: ["400", "Missing required request parameters"],
  DEFAULT_4XX: [undefined, ""],
  DEFAULT_5XX: [undefined, ""],
  EXPIRED_TOKEN: ["403", "The security token included in the request is expired"],
  INTEGRATION_FAILURE: ["504", "Network error communicating with endpoint"],
  INTEGRATION_TIMEOUT: ["504", "Endpoint request timed out"],
  INVALID_API_KEY: ["403", "Forbidden"],
  INVALID_SIGNATURE: [
    "403",
    "The request signature we calculated does not match the signature you provided.",
  ],
  MISSING_AUTHENTICATION_TOKEN: ["403", "Missing Authentication Token"],
  QUOTA_EXCEEDED: ["429", "Limit Exceeded"],
  REQUEST_TOO_LARGE: ["413", "Request Too Long"],
  RESOURCE_NOT_FOUND: ["404", "Not Found"],
  THROTTLED: ["429", "Too Many Requests"],
  UNAUTHORIZED: ["401", "Unauthorized"],
  UNSUPPORTED_MEDIA_TYPE: ["415", "Unsupported Media Type"],
  WAF_FILTERED: ["403", "Forbidden"],
};

/** What every type answers with, for `application/json`, until it is customized. */
export const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';
