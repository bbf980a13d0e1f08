import type { ReadTx } from "../../../store/store.ts";
import { AwsError, notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { timedId } from "../backups/backup.ts";
import { tableAlreadyExists, validation } from "../errors.ts";
import { tableDraft } from "../new-table.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { TableRecord } from "../table.ts";
import { type TableId, tableIdOf } from "../table-id.ts";
import { nextTableNumber } from "../tables.ts";
import { putImport, shownImport, type TableImport, tableImports } from "../transfers/import.ts";
import { startImportJob } from "../transfers/import-job.ts";

type ImportInput = Input<"dynamodb", "ImportTable">;

const TOKEN_LIFETIME_MS: number = 8 * 60 * 60 * 1000;

/**
 * Makes a table of the lines of all objects under a prefix.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html
 */
export async function importTable(
  ctx: DynamoDbContext,
  input: ImportInput,
): Promise<Output<"dynamodb", "ImportTable">> {
  refuseUnsupported(input);
  const parameters = input.TableCreationParameters;
  const id = tableIdOf(ctx, parameters.TableName);
  const draft = tableDraft(id, parameters);
  return ctx.store.write((tx) => {
    const known = knownImport(tx, id, input);
    if (known !== undefined) {
      return { ImportTableDescription: shownImport(known) };
    }
    if (ctx.tables.find(tx, id) !== undefined) {
      throw tableAlreadyExists(id.name);
    }
    const table: TableRecord = {
      ...draft,
      number: nextTableNumber(tx),
      id: tx.random.uuid(),
      createdMs: tx.nowMs,
      ...(draft.billing === "PAY_PER_REQUEST" && { onDemandSinceMs: tx.nowMs }),
      isCreating: true,
    };
    ctx.tables.put(tx, table);
    const made = newImport(table, `${table.arn}/import/${timedId(tx)}`, tx.nowMs, input);
    putImport(tx, made);
    startImportJob(tx, made.arn);
    return { ImportTableDescription: shownImport(made) };
  });
}

function refuseUnsupported(input: ImportInput): void {
  if (input.InputFormat === "ION") {
    throw notSupported("ImportTable", "InputFormat ION");
  }
  if (input.InputCompressionType === "ZSTD") {
    throw notSupported("ImportTable", "InputCompressionType ZSTD");
  }
  if (input.InputFormat !== "CSV" && input.InputFormatOptions?.Csv !== undefined) {
    throw validation("InputFormatOptions can only be specified for the InputFormat CSV");
  }
}

function newImport(
  table: TableRecord,
  arn: string,
  startedMs: number,
  input: ImportInput,
): TableImport {
  const { S3Bucket, S3BucketOwner, S3KeyPrefix } = input.S3BucketSource;
  const csv = input.InputFormatOptions?.Csv;
  return {
    arn,
    tableArn: table.arn,
    tableId: table.id,
    token: input.ClientToken,
    bucket: S3Bucket,
    bucketOwner: S3BucketOwner,
    prefix: S3KeyPrefix,
    format: input.InputFormat === "CSV" ? "CSV" : "DYNAMODB_JSON",
    compression: input.InputCompressionType === "GZIP" ? "GZIP" : "NONE",
    delimiter: csv?.Delimiter,
    headers: csv?.HeaderList,
    parameters: input.TableCreationParameters,
    status: "IN_PROGRESS",
    startedMs,
    lines: 0,
    processedBytes: 0,
    processedItems: 0,
    importedItems: 0,
    errors: 0,
  };
}

/** The import that the same request has begun. */
function knownImport(tx: ReadTx, id: TableId, input: ImportInput): TableImport | undefined {
  const { ClientToken: token } = input;
  if (token === undefined) {
    return undefined;
  }
  const prefix = [id.accountId, id.region, id.name];
  for (const { record } of tableImports.list(tx, { prefix })) {
    if (record.token === token && tx.nowMs - record.startedMs < TOKEN_LIFETIME_MS) {
      if (record.bucket !== input.S3BucketSource.S3Bucket) {
        throw new AwsError({
          code: "ImportConflictException",
          message: "There was a conflict when importing from the specified S3 source.",
        });
      }
      return record;
    }
  }
  return undefined;
}
