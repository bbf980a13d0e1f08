/** What a step of the saga is given, and how it is made to fail. */
import type { Booked, Entry } from "./books.js";

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly totalCents: number;
}

/**
 * `refuse`: nothing is done. `lose-answer`: it is done, and the first answer is lost.
 * `lose-every-answer`: it is done, and nobody ever learns of it.
 */
export type Fault = "refuse" | "lose-answer" | "lose-every-answer";

export interface StepEvent {
  /** The name of the state. */
  readonly step: string;
  readonly order: Order;
  /** By the names of states. */
  readonly faults: Readonly<Record<string, Fault>>;
}

/** The answer is no, and stays so: there is no point in another try. */
export class StepRefused extends Error {
  override readonly name = "StepRefused";
}

export class AnswerLost extends Error {
  override readonly name = "AnswerLost";
}

export interface Work {
  readonly entry: (order: Order) => Entry;
  /** `book` or `takeBack`, by the name of the state. */
  readonly steps: Readonly<Record<string, (entry: Entry) => Promise<Booked>>>;
}

export async function carryOut(event: StepEvent, work: Work): Promise<{ readonly booked: Booked }> {
  const { step, order, faults } = event;
  const act = work.steps[step];
  if (act === undefined) {
    throw new StepRefused(`nobody knows the step ${step}`);
  }
  const fault = faults[step];
  if (fault === "refuse") {
    throw new StepRefused(`${step} is to fail`);
  }
  const booked = await act(work.entry(order));
  console.log(JSON.stringify({ step, orderId: order.orderId, booked, fault }));
  if (fault === "lose-every-answer" || (fault === "lose-answer" && booked === "done")) {
    throw new AnswerLost(`${step} is done, and its answer lost`);
  }
  return { booked };
}
