/** Consumers with enhanced fan-out: who is registered with a stream. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { ConsumerDescription } from "../../wire/models/kinesis.gen.ts";
import type { RequestContext } from "../service.ts";
import { consumerNotFound, invalidArgument, resourceNotFound } from "./errors.ts";
import { consumers, policies } from "./keys.ts";
import { checkAccess } from "./policy.ts";
import { existingStream, findStream, type Stream, streamArn, streamIdOfArn } from "./stream.ts";

export interface Consumer {
  readonly name: string;
  readonly arn: string;
  readonly status: "ACTIVE" | "CREATING" | "DELETING";
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ConsumerReference {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

export interface FoundConsumer {
  readonly stream: Stream;
  readonly consumer: Consumer;
}

const ARN_PATTERN = /\/consumer\/([^:]+):\d+$/;

export function consumerArn(stream: Stream, name: string, createdMs: number): string {
  return `${streamArn(stream)}/consumer/${name}:${Math.floor(createdMs / 1000)}`;
}

/** Named by its own ARN, or by its name and the stream's. */
export function existingConsumer(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: ConsumerReference,
): FoundConsumer {
  const { ConsumerARN: arn, StreamARN, ConsumerName: name } = given;
  if (arn !== undefined) {
    return consumerByArn(tx, ctx, operation, arn);
  }
  if (StreamARN === undefined || name === undefined) {
    throw invalidArgument(
      "Either ConsumerARN or both StreamARN and ConsumerName should be provided.",
    );
  }
  const stream = existingStream(tx, ctx, operation, { StreamARN });
  const consumer = consumers.get(tx, [stream.number, name]);
  if (consumer === undefined) {
    throw consumerNotFound(name, StreamARN);
  }
  return { stream, consumer };
}

function consumerByArn(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  arn: string,
): FoundConsumer {
  checkAccess(tx, ctx, operation, arn);
  const id = streamIdOfArn(arn);
  const stream = id?.region === ctx.region ? findStream(tx, id) : undefined;
  const [, name = ""] = ARN_PATTERN.exec(arn) ?? [];
  const consumer = stream && consumers.get(tx, [stream.number, name]);
  if (stream === undefined || consumer?.arn !== arn) {
    throw resourceNotFound(`Consumer ${arn} not found.`);
  }
  return { stream, consumer };
}

export function endConsumer(tx: WriteTx, stream: number, { name, arn }: Consumer): void {
  consumers.delete(tx, [stream, name]);
  policies.delete(tx, [arn]);
  tx.signal(consumerTopic(arn));
}

/** Signalled when a consumer is gone. */
export function consumerTopic(arn: string): string {
  return `kinesis:consumer:${arn}`;
}

export function shownConsumer(consumer: Consumer): Omit<ConsumerDescription, "StreamARN"> {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumer.status,
    ConsumerCreationTimestamp: new Date(consumer.createdMs),
  };
}
