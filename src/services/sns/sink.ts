/** SNS as a target of other services: an envelope is published in the sender's transaction. */
import { ACCEPTED, type Sink } from "../../outbox/sink.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { fanOut } from "./fan-out.ts";
import type { SnsPorts } from "./ports.ts";
import { publicationOf } from "./publication.ts";
import { existingTopic } from "./topic.ts";
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
        const publication = publicationOf(request, {
          messageId: tx.random.uuid(),
          attributes: envelope.attributes ?? {},
          trace: envelope.trace,
        });
        const { endpoint } = topic;
        reportUndelivered(ports.log, fanOut(tx, ports, { topic, publication, endpoint }));
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
