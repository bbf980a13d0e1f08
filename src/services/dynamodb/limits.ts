/**
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export const ITEM_BYTES_MAX: number = 400 * 1024;
/** What a page of a query or scan may have read. */
export const PAGE_BYTES_MAX: number = 1024 * 1024;
export const HASH_KEY_BYTES_MAX = 2_048;
export const RANGE_KEY_BYTES_MAX = 1_024;
export const TABLES_PER_PAGE_MAX = 100;
export const TAGS_PER_RESOURCE_MAX = 50;
export const GLOBAL_INDEXES_MAX = 20;
export const LOCAL_INDEXES_MAX = 5;
/** Over all indexes of a table. */
export const PROJECTED_ATTRIBUTES_MAX = 100;
export const BATCH_GET_KEYS_MAX = 100;
/** What a BatchGetItem returns before it leaves keys unprocessed. */
export const BATCH_GET_BYTES_MAX: number = 16 * 1024 * 1024;
export const BATCH_WRITE_REQUESTS_MAX = 25;
/** The items of a transaction together. */
export const TRANSACTION_BYTES_MAX: number = 4 * 1024 * 1024;
export const TOKEN_LIFETIME_MS: number = 10 * 60 * 1000;
export const READ_UNIT_BYTES = 4_096;
export const WRITE_UNIT_BYTES = 1_024;
export const ACCOUNT_CAPACITY_UNITS_MAX = 80_000;
export const TABLE_CAPACITY_UNITS_MAX = 40_000;
export const BATCH_STATEMENTS_MAX = 25;
/** Of a resource-based policy, white space and all. */
export const POLICY_BYTES_MAX: number = 20 * 1024;
/** Unused provisioned capacity that is kept for bursts. */
export const BURST_SECONDS = 300;
