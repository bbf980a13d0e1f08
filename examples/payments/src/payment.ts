import { BadRequestError } from "@aws-lambda-powertools/event-handler/http";

export interface NewPayment {
  /** Chosen by the client: a payment that is sent twice with one key is charged once. */
  readonly key: string;
  readonly merchant: string;
  readonly amountCents: number;
}

export interface Payment extends NewPayment {
  readonly id: string;
  readonly feeCents: number;
}

/** Reads a payment; throws the answer for what is none. */
export function parsePayment(body: unknown, key: string | null): NewPayment {
  const { merchant, amountCents } = (body ?? {}) as Partial<NewPayment>;
  if (key === null) {
    throw new BadRequestError("the header idempotency-key is missing");
  }
  if (typeof merchant !== "string" || merchant === "") {
    throw new BadRequestError("merchant is missing");
  }
  if (!Number.isInteger(amountCents) || Number(amountCents) <= 0) {
    throw new BadRequestError("amountCents is a whole number above 0");
  }
  return { key, merchant, amountCents: Number(amountCents) };
}
