/** A bus as the target of another service, which sends it a whole event. */
import { formatArn } from "../../base/arn.ts";
import type { Sink } from "../../outbox/sink.ts";
import { busIdOfArn } from "./bus.ts";
import type { Delivery } from "./delivery.ts";
import type { BusEvent } from "./event.ts";
import { parseJsonObject } from "./json-object.ts";

/** What makes a JSON object an event. */
const REQUIRED = ["id", "detail-type", "source", "account", "time", "region", "detail"];

export function createEventsSink(delivery: Delivery): Sink {
  return {
    accept(tx, target, envelope) {
      const bus = busIdOfArn(formatArn(target));
      const document = parseJsonObject(envelope.payload);
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

const REFUSED = {
  accepted: false,
  code: "InvalidArgument",
  message: "The payload is not an event, or the target is not an event bus.",
} as const;
