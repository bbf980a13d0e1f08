import { book, takeBack } from "./books.js";
import { carryOut, type StepEvent } from "./step.js";

/** A parcel takes a place in the carrier's van. */
export const handler = (event: StepEvent) =>
  carryOut(event, {
    entry: ({ orderId }) => ({
      orderId,
      kind: "SHIPMENT",
      movements: [{ account: "CARRIER", add: { places: -1, parcels: 1 }, floor: "places" }],
    }),
    steps: { BookShipment: book, CancelShipment: takeBack },
  });
