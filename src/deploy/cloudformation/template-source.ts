/**
 * Where a template comes from: the request itself, or an S3 object named by `TemplateURL`.
 *
 * The URL is always read from this engine's own S3, whatever its host: path style
 * (`http://127.0.0.1:4566/bucket/key`) or virtual host (`https://bucket.s3.us-east-1.amazonaws.com/key`).
 */
import { concatBytes, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { validationError } from "./errors.ts";
import { TEMPLATE_BODY_BYTES_MAX, TEMPLATE_URL_BYTES_MAX } from "./limits.ts";

export interface TemplateSource {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
}

/** `undefined` when the request names no template. */
export async function templateText(
  dispatcher: Dispatcher,
  caller: Caller,
  source: TemplateSource,
): Promise<string | undefined> {
  const { TemplateBody: body, TemplateURL: url } = source;
  if (body !== undefined && url !== undefined) {
    throw validationError("Only one of [TemplateBody, TemplateURL] may be specified");
  }
  if (url !== undefined) {
    return fetchTemplate(dispatcher, caller, url);
  }
  if (body !== undefined && utf8Encode(body).length > TEMPLATE_BODY_BYTES_MAX) {
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${TEMPLATE_BODY_BYTES_MAX}`,
    );
  }
  return body;
}

async function fetchTemplate(dispatcher: Dispatcher, caller: Caller, url: string): Promise<string> {
  const { bucket, key, versionId } = readObjectUrl(url);
  try {
    const { Body: stream } = await dispatcher.call(caller, "s3", "GetObject", {
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
    });
    const parts: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const part of stream ?? []) {
      sizeBytes += part.length;
      if (sizeBytes > TEMPLATE_URL_BYTES_MAX) {
        throw validationError(`Template may not exceed ${TEMPLATE_URL_BYTES_MAX} bytes in size.`);
      }
      parts.push(part);
    }
    return utf8Decode(concatBytes(parts));
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith("NoSuch")) {
      throw validationError(`S3 error: ${error.message}`);
    }
    throw error;
  }
}

export interface ObjectUrl {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

export function readObjectUrl(url: string): ObjectUrl {
  const match = /^https?:\/\/([^/?#]+)\/([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (match === null) {
    throw validationError("TemplateURL must be a supported URL.");
  }
  const [, host = "", path = "", query = ""] = match;
  const virtual = /^(.+)\.s3[.-]/.exec(host)?.[1];
  const slash = path.indexOf("/");
  const bucket = virtual ?? path.slice(0, Math.max(slash, 0));
  const key = virtual === undefined ? path.slice(slash + 1) : path;
  if (bucket === "" || key === "") {
    throw validationError("TemplateURL must reference a valid S3 object to which you have access.");
  }
  return {
    bucket,
    key: decodeURIComponent(key),
    versionId: new URLSearchParams(query).get("versionId") ?? undefined,
  };
}
