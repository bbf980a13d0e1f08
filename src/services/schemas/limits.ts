/** In a page, when the caller names no limit. */
export const PAGE_SIZE_DEFAULT = 100;
