/** Pages of what a namespace has, filtered. */
import type { Collection } from "../../store/collection.ts";
import type { ReadTx } from "../../store/store.ts";
import { filteredPage } from "../pages.ts";
import { invalidNextToken } from "./errors.ts";
import { namespacePrefix, type Owner, ownerKey, type TargetId } from "./keys.ts";
import { PAGE_MAX } from "./limits.ts";

interface ListInput {
  readonly ServiceNamespace: string;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface Listing<T> {
  readonly records: Collection<T>;
  readonly isWanted: (record: T) => boolean;
}

export function listed<T extends TargetId>(
  tx: ReadTx,
  owner: Owner,
  input: ListInput,
  { records, isWanted }: Listing<T>,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const { ServiceNamespace, ResourceId, ScalableDimension, MaxResults, NextToken } = input;
  if (NextToken !== undefined && !/^[A-Za-z0-9+/]+={0,2}$/.test(NextToken)) {
    throw invalidNextToken();
  }
  const page = filteredPage(
    tx,
    {
      records,
      prefix: ownerKey(owner),
      namePrefix: namespacePrefix(ServiceNamespace),
      isWanted: (record) =>
        (ResourceId === undefined || record.resourceId === ResourceId) &&
        (ScalableDimension === undefined || record.dimension === ScalableDimension) &&
        isWanted(record),
    },
    { token: NextToken, limit: Math.min(Math.max(MaxResults ?? PAGE_MAX, 1), PAGE_MAX) },
  );
  return {
    items: page.items.map(({ record }) => record),
    ...(page.token !== undefined && { NextToken: page.token }),
  };
}
