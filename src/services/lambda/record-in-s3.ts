/**
 * Records of failed invocations as objects in S3. The object is written by a job of the outbox, so
 * it outlives a crash as the invocation does; written twice it is the same object.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ByteStream } from "../../base/byte-stream.ts";
import { utf8Encode } from "../../base/bytes.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { addJob, type JobKind } from "../../outbox/job.ts";
import type { Clock } from "../../platform/clock.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { FunctionId } from "./function-name.ts";
import { SYSTEM_RETRY_MS_MAX } from "./limits.ts";

export const RECORD_IN_S3 = "lambda.record-in-s3";

const LANE_CONCURRENCY_MAX = 4;

export interface RecordInS3 {
  readonly accountId: string;
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  /** JSON. */
  readonly record: string;
}

export function storeRecord(
  tx: WriteTx,
  fn: FunctionId,
  given: { readonly bucketArn: string; readonly record: string },
): void {
  const bucket = parseArn(given.bucketArn)?.resource ?? "";
  const { accountId, region } = fn;
  const body: RecordInS3 = {
    accountId,
    region,
    bucket,
    key: objectKey(fn, tx.nowMs, tx.random.uuid()),
    record: given.record,
  };
  addJob(tx, { kind: RECORD_IN_S3, lane: bucket, body });
}

async function* oneChunk(text: string): ByteStream {
  yield utf8Encode(text);
}

/** `aws/lambda/async/orders/2026/01/31/2026-01-31T12.00.00-<uuid>` */
function objectKey({ name }: FunctionId, nowMs: number, id: string): string {
  const [date = "", time = ""] = new Date(nowMs).toISOString().slice(0, 19).split("T");
  const folder = date.replaceAll("-", "/");
  return `aws/lambda/async/${name}/${folder}/${date}T${time.replaceAll(":", ".")}-${id}`;
}

export function recordInS3Jobs(ports: {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}): JobKind<RecordInS3> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    async attempt({ body }) {
      const { accountId, region, bucket, key, record } = body;
      try {
        await ports.dispatcher.callByName({ accountId, region }, "s3", "PutObject", {
          Bucket: bucket,
          Key: key,
          ContentType: "application/json",
          Body: oneChunk(record),
        });
        return { kind: "delivered", detail: undefined };
      } catch (error) {
        if (error instanceof AwsError && error.status < 500) {
          return { kind: "dropped", because: `No record in s3://${bucket}: ${error.message}` };
        }
        return { kind: "retry", atMs: ports.clock.nowMs() + SYSTEM_RETRY_MS_MAX, body };
      }
    },
    settle: (_tx, _job, outcome) => (outcome.kind === "dropped" ? [outcome.because] : []),
  };
}
