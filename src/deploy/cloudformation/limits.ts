/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const TEMPLATE_BODY_BYTES_MAX = 51_200;
export const TEMPLATE_URL_BYTES_MAX = 1_048_576;
export const STACK_COUNT_MAX = 2000;
export const CHANGE_SET_COUNT_MAX = 1000;
/** Rows in one answer. */
export const PAGE_SIZE = 100;
/** How long a deleted stack can still be described by its id. */
export const DELETED_STACK_KEPT_MS: number = 90 * 24 * 60 * 60 * 1000;
/** `ServiceTimeout` of custom resources, and what it is when it is not given. */
export const CUSTOM_TIMEOUT_SECONDS_MAX = 3600;
/** Source: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/262 */
export const CUSTOM_ANSWER_BYTES_MAX = 4096;
export const CUSTOM_PHYSICAL_ID_BYTES_MAX = 1024;
