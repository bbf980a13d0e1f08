/** The lines of an export's files: DynamoDB JSON. */
import { attributeOf } from "../../../languages/dynamodb/attribute-value.ts";
import { encodeItem, StoredItem } from "../stored-item.ts";
import type { TableRecord } from "../table.ts";
import type { NetChange } from "./export.ts";

export function exportLine(item: StoredItem): string {
  return `{"Item":${jsonOf(item)}}\n`;
}

/**
 * What an item became; one that came and went has nothing but its keys.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html#incremental-export-output
 */
export function netChangeLine(
  table: TableRecord,
  { atMs, before, after }: NetChange,
  view: "NEW_IMAGE" | "NEW_AND_OLD_IMAGES",
): string {
  const micros = String(atMs * 1_000);
  const [old, image] = [before && new StoredItem(before), after && new StoredItem(after)];
  const parts = [
    `"Metadata":{"WriteTimestampMicros":{"N":"${micros}"}}`,
    `"Keys":${keysJson(table, old ?? image)}`,
    ...(view === "NEW_AND_OLD_IMAGES" && old ? [`"OldImage":${jsonOf(old)}`] : []),
    ...(image ? [`"NewImage":${jsonOf(image)}`] : []),
  ];
  return `{${parts.join(",")}}\n`;
}

function keysJson({ hash, range }: TableRecord, item: StoredItem | undefined): string {
  const attributes = item?.attributes ?? {};
  const names = range === undefined ? [hash] : [hash, range];
  const keys = Object.fromEntries(names.map((name) => [name, attributeOf(attributes, name) ?? {}]));
  return jsonOf(new StoredItem(encodeItem(keys, 0)));
}

function jsonOf(item: StoredItem): string {
  const buffer = Buffer.allocUnsafe(item.jsonLength);
  item.copyJson(buffer, 0);
  return buffer.toString("utf8");
}
