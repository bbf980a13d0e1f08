/** Objects of S3, by its public operations. */
import type { ByteStream } from "../../../base/byte-stream.ts";
import type { Caller, Dispatcher } from "../../../outbox/dispatcher.ts";

export interface ObjectPlace {
  readonly caller: Caller;
  readonly bucket: string;
  readonly key: string;
}

export async function putText(
  dispatcher: Dispatcher,
  { caller, bucket, key }: ObjectPlace,
  body: Uint8Array,
): Promise<void> {
  await dispatcher.call(caller, "s3", "PutObject", {
    Bucket: bucket,
    Key: key,
    Body: stream(body),
  });
}

async function* stream(body: Uint8Array): ByteStream {
  yield body;
}

export async function openObject(
  dispatcher: Dispatcher,
  { caller, bucket, key }: ObjectPlace,
): Promise<ByteStream> {
  const { Body } = await dispatcher.call(caller, "s3", "GetObject", { Bucket: bucket, Key: key });
  return (Body ?? stream(new Uint8Array(0))) as ByteStream;
}

/** The keys under a prefix that are behind one, a page of them. */
export async function keysUnder(
  dispatcher: Dispatcher,
  { caller, bucket, key: prefix }: ObjectPlace,
  after: string | undefined,
): Promise<readonly string[]> {
  const { Contents = [] } = await dispatcher.call(caller, "s3", "ListObjectsV2", {
    Bucket: bucket,
    Prefix: prefix,
    StartAfter: after,
  });
  return Contents.map(({ Key }) => Key ?? "");
}
