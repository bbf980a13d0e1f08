/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */

/** Of a request's body and of an answer's, in bytes. */
export const BODY_SIZE_MAX = 10_485_760;

/** How long an integration may take when it says nothing else. */
export const INTEGRATION_TIMEOUT_MS = 29_000;
export const INTEGRATION_TIMEOUT_MS_MIN = 50;
/** Regional APIs may be granted more than 29 seconds. */
export const INTEGRATION_TIMEOUT_MS_MAX = 300_000;

export const RESOURCES_MAX = 300;
export const STAGES_MAX = 10;
export const AUTHORIZERS_MAX = 10;

/** In a page, when the caller names no limit, and at most. */
export const PAGE_SIZE_DEFAULT = 25;
export const PAGE_SIZE_MAX = 500;

/** Deployments that are kept compiled in memory. */
export const COMPILED_MAX = 500;
