/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */

/** Of a request's body, in bytes. */
export const BODY_SIZE_MAX = 10_485_760;

/** How long a function may take when its integration says nothing else. */
export const INTEGRATION_TIMEOUT_MS = 30_000;

export const ROUTES_MAX = 300;
export const INTEGRATIONS_MAX = 300;
export const STAGES_MAX = 10;
export const AUTHORIZERS_MAX = 10;

/** In a page, when the caller names no limit. */
export const PAGE_SIZE_DEFAULT = 100;

/** Deployments whose route tables are kept in memory. */
export const ROUTE_TABLES_MAX = 500;

/** How long the result of a function that authorizes is kept when nothing else is said, in seconds. */
export const AUTHORIZER_TTL_SECONDS_DEFAULT = 300;

/** Results of such functions that are kept in memory. */
export const AUTHORIZER_RESULTS_MAX = 10_000;

/** How long such a function may take. */
export const AUTHORIZER_TIMEOUT_MS = 10_000;
