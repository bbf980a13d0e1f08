import { book, type Movement, takeBack } from "./books.js";
import { carryOut, type StepEvent } from "./step.js";

/** Money goes from the customer to the shop. */
export const handler = (event: StepEvent) =>
  carryOut(event, {
    entry({ orderId, customerId, totalCents }) {
      const customer: Movement = {
        account: `CUSTOMER#${customerId}`,
        add: { balanceCents: -totalCents },
        floor: "balanceCents",
      };
      const shop: Movement = { account: "SHOP", add: { takingsCents: totalCents } };
      return { orderId, kind: "PAYMENT", movements: [customer, shop] };
    },
    steps: { ChargePayment: book, RefundPayment: takeBack },
  });
