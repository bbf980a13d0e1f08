import { book, takeBack } from "./books.js";
import { carryOut, type StepEvent } from "./step.js";

/** Pieces go from the shelf to the reserved ones. */
export const handler = (event: StepEvent) =>
  carryOut(event, {
    entry: ({ orderId, sku, quantity }) => ({
      orderId,
      kind: "STOCK",
      movements: [
        {
          account: `STOCK#${sku}`,
          add: { onHand: -quantity, reserved: quantity },
          floor: "onHand",
        },
      ],
    }),
    steps: { ReserveStock: book, ReleaseStock: takeBack },
  });
