/** What a tag operation's ARN names: a registry, a schema or a discoverer. */
import { parseArn } from "../../base/arn.ts";
import { assert } from "../../base/assert.ts";
import type { Collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { resourceNotFound } from "./errors.ts";
import { discoverers, registries, schemas, type Tags } from "./keys.ts";

interface Tagged {
  readonly tags: Tags;
}

const COLLECTIONS: Readonly<Record<string, Collection<Tagged>>> = {
  registry: registries as unknown as Collection<Tagged>,
  schema: schemas as unknown as Collection<Tagged>,
  discoverer: discoverers as unknown as Collection<Tagged>,
};

export function tagsOf(tx: ReadTx, arn: string): Tags {
  return located(tx, arn).record.tags;
}

export function changeTags(tx: WriteTx, arn: string, change: (tags: Tags) => Tags): void {
  const { records, key, record } = located(tx, arn);
  records.put(tx, key, { ...record, tags: change(record.tags) });
}

function located(
  tx: ReadTx,
  text: string,
): {
  readonly records: Collection<Tagged>;
  readonly key: readonly string[];
  readonly record: Tagged;
} {
  const arn = parseArn(text);
  const [type = "", ...names] = arn?.resource.split("/") ?? [];
  const records = COLLECTIONS[type];
  if (arn?.service !== "schemas" || records === undefined) {
    throw resourceNotFound(text);
  }
  const key = [arn.accountId, arn.region, ...names];
  const record = records.get(tx, key);
  if (record === undefined) {
    throw resourceNotFound(text);
  }
  assert(names.length > 0, "an ARN without a name");
  return { records, key, record };
}
