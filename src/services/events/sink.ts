/**
 * A bus as the target of another service, which sends it a whole event; an API destination, which
 * takes anything.
 */
import { formatArn } from "../../base/arn.ts";
import { ACCEPTED, type Acceptance, type Envelope, type Sink } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { busIdOfArn } from "./bus.ts";
import type { Delivery } from "./delivery.ts";
import { parseDetail } from "./detail.ts";
import type { BusEvent } from "./event.ts";
import { apiDestinationOfArn, isApiDestinationArn } from "./http/api-destination.ts";
import { addHttpDelivery } from "./http/http-delivery.ts";

/** What makes a JSON object an event. */
const REQUIRED = ["id", "detail-type", "source", "account", "time", "region", "detail"];

export function createEventsSink(delivery: Delivery): Sink {
  return {
    accept(tx, target, envelope) {
      if (isApiDestinationArn(formatArn(target))) {
        return toApiDestination(tx, formatArn(target), envelope);
      }
      const bus = busIdOfArn(formatArn(target));
      const document = parseDetail(envelope.payload);
      if (bus === undefined || document === undefined) {
        return REFUSED;
      }
      if (!REQUIRED.every((name) => Object.hasOwn(document, name))) {
        return REFUSED;
      }
      const event: BusEvent = { text: envelope.payload, document, trace: envelope.trace };
      return delivery.toBus(tx, bus, event);
    },
  };
}

/** Of what has no rule and no event: the payload is what is sent, and what a dead letter holds. */
function toApiDestination(tx: WriteTx, targetArn: string, envelope: Envelope): Acceptance {
  if (apiDestinationOfArn(tx, targetArn) === undefined) {
    return {
      accepted: false,
      code: "ResourceNotFoundException",
      message: "The API destination does not exist.",
    };
  }
  addHttpDelivery(tx, {
    targetArn,
    ruleArn: undefined,
    payload: envelope.payload,
    eventText: envelope.payload,
    parameters: { path: [], query: {}, headers: {} },
    deadLetterArn: undefined,
    retryPolicy: undefined,
    trace: envelope.trace,
  });
  return ACCEPTED;
}

const REFUSED = {
  accepted: false,
  code: "InvalidArgument",
  message: "The payload is not an event, or the target is not an event bus.",
} as const;
