import { book, takeBack } from "./books.js";
import { carryOut, type StepEvent } from "./step.js";

/** An order counts once it is confirmed. */
export const handler = (event: StepEvent) =>
  carryOut(event, {
    entry: ({ orderId, totalCents }) => ({
      orderId,
      kind: "CONFIRMATION",
      movements: [{ account: "SHOP", add: { orders: 1, orderedCents: totalCents } }],
    }),
    steps: { ConfirmOrder: book, CancelOrder: takeBack },
  });
