/**
 * The items of a map run: those of its input, or of objects in S3.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import { itemReaderFailed } from "../../../languages/asl/data/item-error.ts";
import {
  inventoryManifest,
  listedItem,
  type ManifestFile,
} from "../../../languages/asl/data/item-manifest.ts";
import {
  type Chunks,
  type Delimiter,
  gunzipped,
  type Item,
  type ItemFormat,
  readItems,
} from "../../../languages/asl/data/items.ts";
import type { Json, JsonObject } from "../../../languages/asl/data/scope.ts";
import type { MapRunSettings, ObjectSettings } from "../../../languages/asl/run/execution.ts";
import type { Caller, Dispatcher } from "../../../outbox/dispatcher.ts";
import { AwsError } from "../../../wire/aws-error.ts";

export interface Reading {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
}

/**
 * An item and where it comes from: `STATE_DATA`, or a URI in S3.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export interface SourcedItem extends Item {
  readonly source: string;
}

/** Throws a `DataError` for what cannot be read. */
export async function* itemsOfRun(
  reading: Reading,
  settings: MapRunSettings,
): AsyncGenerator<SourcedItem> {
  if (settings.reader === undefined) {
    for (const value of JSON.parse(settings.items ?? "[]") as readonly Json[]) {
      yield { value, source: "STATE_DATA" };
    }
    return;
  }
  try {
    yield* settings.reader.resource.endsWith(":listObjectsV2")
      ? listedObjects(reading, settings.reader)
      : objectItems(reading, settings.reader);
  } catch (error) {
    throw error instanceof AwsError ? itemReaderFailed(error.message) : error;
  }
}

function textOf(parameters: JsonObject, name: string): string {
  const value = parameters[name];
  return typeof value === "string" ? value : "";
}

function maxItemsOf({ config }: ObjectSettings): number {
  return typeof config.MaxItems === "number" ? config.MaxItems : 0;
}

async function* listedObjects(
  reading: Reading,
  reader: ObjectSettings,
): AsyncGenerator<SourcedItem> {
  const { parameters, config } = reader;
  const most = maxItemsOf(reader);
  const bucket = textOf(parameters, "Bucket");
  const isLoaded = config.Transformation === "LOAD_AND_FLATTEN";
  let count = 0;
  let token: string | undefined;
  do {
    const { dispatcher, caller } = reading;
    const page = await dispatcher.call(caller, "s3", "ListObjectsV2", {
      Bucket: bucket,
      ...(parameters.Prefix !== undefined && { Prefix: textOf(parameters, "Prefix") }),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    for (const { Key, ETag, LastModified, Size, StorageClass } of page.Contents ?? []) {
      const key = Key ?? "";
      const object = listedItem({
        key,
        eTag: ETag ?? "",
        lastModifiedMs: LastModified?.getTime() ?? 0,
        sizeBytes: Size ?? 0,
        storageClass: StorageClass ?? "STANDARD",
      });
      const items = isLoaded
        ? loadedItems(reading, reader, { bucket, key })
        : [{ value: object, source: `S3://${bucket}` }];
      for await (const item of items) {
        if (most > 0 && count === most) {
          return;
        }
        count += 1;
        yield item;
      }
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** The items in an object of a list; one that stands for a folder has none. */
async function* loadedItems(
  reading: Reading,
  { config }: ObjectSettings,
  place: ManifestFile,
): AsyncGenerator<SourcedItem> {
  if (!place.key.endsWith("/")) {
    const body = await bodyOf(reading, place);
    yield* sourced(readItems(body, { format: formatOf(config) }), place);
  }
}

async function* sourced(
  items: AsyncIterable<Item>,
  { bucket, key }: ManifestFile,
): AsyncGenerator<SourcedItem> {
  const source = `S3://${bucket}/${key}`;
  for await (const item of items) {
    yield { ...item, source };
  }
}

async function* objectItems(reading: Reading, reader: ObjectSettings): AsyncGenerator<SourcedItem> {
  const { config, parameters } = reader;
  const maxItems = maxItemsOf(reader);
  const place = { bucket: textOf(parameters, "Bucket"), key: textOf(parameters, "Key") };
  const body = await bodyOf(reading, place);
  if (config.InputType !== "MANIFEST") {
    yield* sourced(readItems(body, { format: formatOf(config), maxItems }), place);
    return;
  }
  const { files, format } = inventoryManifest(JSON.parse(await textOfBody(body)) as Json);
  let left = maxItems;
  for (const file of files) {
    const chunks = gunzipped(await bodyOf(reading, file));
    for await (const item of sourced(readItems(chunks, { format }), place)) {
      yield item;
      left -= 1;
      if (left === 0) {
        return;
      }
    }
  }
}

/**
 * The items in data that a test gives in the place of what the reader would read. Throws a
 * `DataError` for what cannot be read.
 */
export async function itemsOfText(reader: ObjectSettings, text: string): Promise<readonly Json[]> {
  const { resource, config } = reader;
  const isList =
    resource.endsWith(":listObjectsV2") && config.Transformation !== "LOAD_AND_FLATTEN";
  const format: ItemFormat = isList ? { kind: "JSON" } : formatOf(config);
  const items: Json[] = [];
  const options = { format, maxItems: maxItemsOf(reader) };
  for await (const { value } of readItems([Buffer.from(text)], options)) {
    items.push(value);
  }
  return items;
}

async function bodyOf({ dispatcher, caller }: Reading, file: ManifestFile): Promise<Chunks> {
  const { Body: body } = await dispatcher.call(caller, "s3", "GetObject", {
    Bucket: file.bucket,
    Key: file.key,
  });
  return (body ?? []) as Chunks;
}

async function textOfBody(body: Chunks): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function formatOf(config: JsonObject): ItemFormat {
  const { InputType: type, ItemsPointer: itemsPointer } = config;
  if (type === "CSV") {
    const { CSVDelimiter: delimiter, CSVHeaders: headers, CSVHeaderLocation: location } = config;
    return {
      kind: "CSV",
      ...(typeof delimiter === "string" && { delimiter: delimiter as Delimiter }),
      ...(location === "GIVEN" && { headers: (headers ?? []) as readonly string[] }),
    };
  }
  return type === "JSONL"
    ? { kind: "JSONL" }
    : { kind: "JSON", ...(typeof itemsPointer === "string" && { itemsPointer }) };
}
