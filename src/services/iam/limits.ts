/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const ROLES_MAX = 1000;
export const POLICIES_MAX = 1500;
export const POLICY_VERSIONS_MAX = 5;
export const ATTACHED_POLICIES_MAX = 10;
export const TAGS_MAX = 50;
/** Characters, white space not counted. */
export const TRUST_POLICY_SIZE_MAX = 2048;
export const MANAGED_POLICY_SIZE_MAX = 6144;
/** Of all inline policies of a role together. */
export const INLINE_POLICIES_SIZE_MAX = 10_240;
export const PAGE_SIZE_DEFAULT = 100;
export const SESSION_SECONDS_DEFAULT = 3600;
