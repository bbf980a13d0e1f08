/**
 * How long a FIFO topic keeps what is published to it.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html
 */
import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import { invalidFor } from "./errors.ts";
import { ARCHIVE_DAYS_MAX } from "./limits.ts";

/** `{"MessageRetentionPeriod":"30"}`; `{}` takes the archive away, and answers `undefined`. */
export function archiveDaysOf(text: string): number | undefined {
  const json = jsonOf(text);
  const names = Object.keys(json);
  if (names.length === 0) {
    return undefined;
  }
  const unknown = names.find((name) => name !== "MessageRetentionPeriod");
  if (unknown !== undefined) {
    throw invalidFor("ArchivePolicy", `Attribute ${unknown} is unknown.`);
  }
  const days = Number(json["MessageRetentionPeriod"]);
  if (!Number.isInteger(days) || days < 1 || days > ARCHIVE_DAYS_MAX) {
    throw invalidFor(
      "ArchivePolicy",
      `MessageRetentionPeriod must be an integer from 1 to ${ARCHIVE_DAYS_MAX}.`,
    );
  }
  return days;
}

function jsonOf(text: string): JsonObject {
  const json = parseJsonObject(text);
  if (json === undefined) {
    throw invalidFor("ArchivePolicy", "failed to parse JSON.");
  }
  return json;
}
