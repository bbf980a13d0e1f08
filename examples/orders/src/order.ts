/** The noun of the application, and how it lies in the table. */
export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
}

export type OrderStatus = "PLACED" | "PROCESSED" | "CONFIRMED";

export const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: "ORDER" });
export const customerKey = (customerId: string) => ({ pk: `CUSTOMER#${customerId}`, sk: "TOTALS" });
export const countedKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: "COUNTED" });

/** The order in a request body, or what is wrong with it. */
export function parseOrder(body: string | undefined, orderId: string): Order | string {
  let input: Partial<Order>;
  try {
    input = JSON.parse(body ?? "");
  } catch {
    return "the body is not JSON";
  }
  if (typeof input.customerId !== "string" || input.customerId === "") {
    return "customerId is missing";
  }
  if (!Array.isArray(input.lines) || input.lines.length === 0) {
    return "an order has at least one line";
  }
  const lines = input.lines as OrderLine[];
  const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
  if (!Number.isSafeInteger(totalCents) || totalCents < 0) {
    return "quantity and unitPriceCents are whole numbers";
  }
  return { orderId, customerId: input.customerId, lines, totalCents };
}
