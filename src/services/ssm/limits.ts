/**
 * Sources: https://docs.aws.amazon.com/general/latest/gr/ssm.html and
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const STANDARD_VALUE_SIZE_MAX = 4096;
export const ADVANCED_VALUE_SIZE_MAX = 8192;
export const STANDARD_PARAMETERS_MAX = 10_000;
export const VERSIONS_MAX = 100;
export const LABELS_PER_VERSION_MAX = 10;
export const TAGS_MAX = 50;
export const HIERARCHY_LEVELS_MAX = 15;
/** Characters of the name, the ARN in front of it included. */
export const NAME_SIZE_MAX = 1011;
export const BY_PATH_PAGE_SIZE = 10;
export const PAGE_SIZE_DEFAULT = 50;
