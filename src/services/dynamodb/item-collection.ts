import type { ItemCollectionMetrics } from "../../wire/models/dynamodb.gen.ts";
import type { ItemKey } from "./item-key.ts";
import type { Table } from "./table.ts";

/** In gigabytes: an item collection is estimated no more finely. */
const SIZE_ESTIMATE = [0, 1] as const;

/**
 * Only tables with local secondary indexes have item collections.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
 */
export function itemCollectionMetrics(
  input: { readonly ReturnItemCollectionMetrics?: string | undefined },
  table: Table,
  key: ItemKey,
): ItemCollectionMetrics | undefined {
  if (input.ReturnItemCollectionMetrics !== "SIZE" || !table.hasLocalIndexes) {
    return undefined;
  }
  return {
    ItemCollectionKey: { [table.base.hash.name]: key.hash },
    SizeEstimateRangeGB: SIZE_ESTIMATE,
  };
}
