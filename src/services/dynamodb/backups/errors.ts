/** The errors of backups and of point-in-time recovery. */
import { AwsError } from "../../../wire/aws-error.ts";

export function tableForBackupNotFound(name: string): AwsError {
  return new AwsError({ code: "TableNotFoundException", message: `Table not found: ${name}` });
}

export function backupNotFound(arn: string): AwsError {
  return new AwsError({ code: "BackupNotFoundException", message: `Backup not found: ${arn}` });
}

export function backupInUse(arn: string): AwsError {
  return new AwsError({
    code: "BackupInUseException",
    message: `Backup is being created: ${arn}`,
  });
}

export function targetTableExists(name: string): AwsError {
  return new AwsError({
    code: "TableAlreadyExistsException",
    message: `Table already exists: ${name}`,
  });
}

export function recoveryUnavailable(name: string): AwsError {
  return new AwsError({
    code: "PointInTimeRecoveryUnavailableException",
    message: `Point in time recovery is not enabled for table '${name}'`,
  });
}

export function invalidRestoreTime(): AwsError {
  return new AwsError({
    code: "InvalidRestoreTimeException",
    message:
      "An invalid restore time was specified. RestoreDateTime must be between " +
      "EarliestRestorableDateTime and LatestRestorableDateTime.",
  });
}
