/**
 * The faults port: named places where a failure can be made to happen on demand.
 *
 * A place in the code asks `faults.strikes("sqs:SendMessage/answer-lost")`; the system form never
 * strikes, the simulated form strikes by a seeded plan, so that a run can be replayed.
 */
import type { Random } from "./random.ts";

export interface Faults {
  strikes(place: string): boolean;
}

export const noFaults: Faults = { strikes: () => false };

/** Strikes a place with its probability in [0, 1]; places without one are never struck. */
export function createSeededFaults(
  random: Random,
  probabilities: Readonly<Record<string, number>>,
): Faults {
  return {
    strikes(place) {
      const probability = probabilities[place];
      return probability !== undefined && random.next() < probability;
    },
  };
}
