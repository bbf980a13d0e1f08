/** SNS as a target of other services: an envelope is published in the sender's transaction. */
import { ACCEPTED, type Sink } from "../../outbox/sink.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { SnsPorts } from "./ports.ts";
import { publicationOf } from "./publication.ts";
import { publishTo } from "./publish-to.ts";
import { existingTopic, isFifoTopic } from "./topic.ts";
import { reportUndelivered } from "./undelivered.ts";

export function createSnsSink(ports: SnsPorts): Sink {
  return {
    accept(tx, target, envelope) {
      try {
        const topic = existingTopic(tx, target);
        const request = {
          Message: envelope.payload,
          Subject: envelope.subject,
          MessageGroupId: envelope.groupId,
          MessageDeduplicationId: envelope.deduplicationId,
        };
        const publisher = {
          messageId: tx.random.uuid(),
          attributes: envelope.attributes ?? {},
          trace: envelope.trace,
        };
        const publication = publicationOf(request, publisher, { isFifo: isFifoTopic(topic) });
        const { endpoint } = topic;
        const { undelivered } = publishTo(tx, ports, { topic, publication, endpoint });
        reportUndelivered(ports.log, undelivered);
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof AwsError)) {
          throw error;
        }
        return { accepted: false, code: error.code, message: error.message };
      }
    },
  };
}
