/**
 * Imports from S3 into new tables: what is kept of one, and how it is shown.
 *
 * | key                                                   | value          |
 * |-------------------------------------------------------|----------------|
 * | `dynamodb`, `import`, account, region, table, id      | `TableImport`  |
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
 */
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type {
  ImportSummary,
  ImportTableDescription,
  TableCreationParameters,
} from "../../../wire/models/dynamodb.gen.ts";
import { transferKeyOf } from "./transfer.ts";

export interface TableImport {
  readonly arn: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly token?: string | undefined;
  readonly bucket: string;
  readonly bucketOwner?: string | undefined;
  readonly prefix?: string | undefined;
  readonly format: "DYNAMODB_JSON" | "CSV";
  readonly compression: "NONE" | "GZIP";
  readonly delimiter?: string | undefined;
  /** `undefined`: the first line of each object has them. */
  readonly headers?: readonly string[] | undefined;
  readonly parameters: TableCreationParameters;
  readonly status: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  /** The last object that is in the table. */
  readonly object?: string | undefined;
  /** Of the object behind it, the lines that are. */
  readonly lines: number;
  readonly processedBytes: number;
  readonly processedItems: number;
  readonly importedItems: number;
  readonly errors: number;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
}

export const tableImports: Collection<TableImport> = collection("dynamodb", "import");

export function putImport(tx: WriteTx, record: TableImport): void {
  tableImports.put(tx, transferKeyOf(record.arn, "import") ?? [], record);
}

export function findImport(tx: ReadTx, arn: string): TableImport | undefined {
  return tableImports.get(tx, transferKeyOf(arn, "import") ?? []);
}

export function existingImport(
  tx: ReadTx,
  scope: { readonly accountId: string; readonly region: string },
  arn: string,
): TableImport {
  const key = transferKeyOf(arn, "import");
  const isOwn = key?.[0] === scope.accountId && key[1] === scope.region;
  const found = isOwn ? findImport(tx, arn) : undefined;
  if (found === undefined) {
    throw new AwsError({ code: "ImportNotFoundException", message: `Import not found: ${arn}` });
  }
  return found;
}

export function shownImport(record: TableImport): ImportTableDescription {
  return {
    ImportArn: record.arn,
    ImportStatus: record.status,
    TableArn: record.tableArn,
    TableId: record.tableId,
    ...(record.token !== undefined && { ClientToken: record.token }),
    S3BucketSource: sourceOf(record),
    ErrorCount: record.errors,
    InputFormat: record.format,
    ...(record.format === "CSV" && {
      InputFormatOptions: { Csv: { Delimiter: record.delimiter, HeaderList: record.headers } },
    }),
    InputCompressionType: record.compression,
    TableCreationParameters: record.parameters,
    StartTime: new Date(record.startedMs),
    ...(record.endedMs !== undefined && { EndTime: new Date(record.endedMs) }),
    ProcessedSizeBytes: record.processedBytes,
    ProcessedItemCount: record.processedItems,
    ImportedItemCount: record.importedItems,
    ...(record.failure !== undefined && {
      FailureCode: record.failure.code,
      FailureMessage: record.failure.message,
    }),
  };
}

export function shownImportSummary(record: TableImport): ImportSummary {
  return {
    ImportArn: record.arn,
    ImportStatus: record.status,
    TableArn: record.tableArn,
    S3BucketSource: sourceOf(record),
    InputFormat: record.format,
    StartTime: new Date(record.startedMs),
    ...(record.endedMs !== undefined && { EndTime: new Date(record.endedMs) }),
  };
}

function sourceOf({ bucket, bucketOwner, prefix }: TableImport) {
  return {
    S3Bucket: bucket,
    ...(bucketOwner !== undefined && { S3BucketOwner: bucketOwner }),
    ...(prefix !== undefined && { S3KeyPrefix: prefix }),
  };
}
