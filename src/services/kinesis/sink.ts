/**
 * Kinesis as a target of other services: an envelope becomes a record in the sender's transaction.
 * Its group is the partition key; a sender that has none gets an even spread.
 */
import { utf8Encode } from "../../base/bytes.ts";
import { ACCEPTED, type Sink } from "../../outbox/sink.ts";
import { hashOf } from "./hash-range.ts";
import { anyShard, shardFor } from "./resharding.ts";
import { appendRecord, settleAppended } from "./stored-record.ts";
import { findStream, isUsable, recordBytesMax } from "./stream.ts";

export const kinesisSink: Sink = {
  accept(tx, { accountId, region, resource }, envelope) {
    const [type, name = ""] = resource.split("/");
    const stream = type === "stream" ? findStream(tx, { accountId, region, name }) : undefined;
    if (stream === undefined || !isUsable(stream)) {
      const message = `Stream ${name} under account ${accountId} not found.`;
      return { accepted: false, code: "ResourceNotFoundException", message };
    }
    const data = envelope.bytes ?? utf8Encode(envelope.payload);
    const partitionKey = envelope.groupId ?? tx.random.uuid();
    if (data.length + Buffer.byteLength(partitionKey) > recordBytesMax(stream)) {
      const message = `The record is larger than ${recordBytesMax(stream)} bytes.`;
      return { accepted: false, code: "ValidationException", message };
    }
    const shard =
      stream.distributesItself === true
        ? anyShard(tx, stream)
        : shardFor(stream, hashOf(partitionKey));
    appendRecord(tx, stream, { partitionKey, data, shard });
    settleAppended(tx, stream, [shard]);
    return ACCEPTED;
  },
};
