/**
 * The files that say what an export holds.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
import { hash } from "node:crypto";
import { exportFolder, manifestKey, type TableExport } from "./export.ts";

export interface ManifestFile {
  readonly key: string;
  readonly body: string;
}

/** The last one is what `ExportManifest` names, so that it is there only when the others are. */
export function manifestFiles(record: TableExport, nowMs: number): readonly ManifestFile[] {
  const folder = exportFolder(record);
  const files = { key: `${folder}/manifest-files.json`, body: filesOf(record) };
  const summary = {
    key: manifestKey(record),
    body: JSON.stringify(summaryOf(record, nowMs, files.key)),
  };
  return [
    { key: `${folder}/_started`, body: "" },
    files,
    checksum(folder, "manifest-files.md5", files.body),
    checksum(folder, "manifest-summary.md5", summary.body),
    summary,
  ];
}

function checksum(folder: string, name: string, body: string): ManifestFile {
  return { key: `${folder}/${name}`, body: hash("md5", body, "base64") };
}

function filesOf({ files }: TableExport): string {
  const lines = files.map(({ key, itemCount, md5 }) =>
    JSON.stringify({
      itemCount,
      md5Checksum: md5,
      etag: Buffer.from(md5, "base64").toString("hex"),
      dataFileS3Key: key,
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}

function summaryOf(record: TableExport, nowMs: number, manifestFilesS3Key: string): object {
  const { scope } = record;
  const isFull = scope.kind === "FULL_EXPORT";
  return {
    version: isFull ? "2020-06-30" : "2023-08-01",
    exportArn: record.arn,
    startTime: iso(record.startedMs),
    endTime: iso(nowMs),
    tableArn: record.table.arn,
    tableId: record.tableId,
    ...(isFull
      ? { exportTime: iso(scope.atMs) }
      : { exportFromTime: iso(scope.fromMs), exportToTime: iso(scope.toMs) }),
    s3Bucket: record.bucket,
    s3Prefix: record.prefix ?? null,
    s3SseAlgorithm: record.encryption ?? "AES256",
    s3SseKmsKeyId: record.encryptionKey ?? null,
    manifestFilesS3Key,
    billedSizeBytes: record.bytes,
    itemCount: record.itemCount,
    outputFormat: "DYNAMODB_JSON",
    ...(isFull ? {} : { outputView: scope.view }),
    exportType: scope.kind,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
