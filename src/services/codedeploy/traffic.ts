/** How traffic moves to another version, as a plan: pure. */

export type Traffic =
  | { readonly kind: "all-at-once" }
  | {
      /** A first part, and after the interval the rest; or a part in every interval. */
      readonly kind: "canary" | "linear";
      readonly percentage: number;
      readonly minutes: number;
    };

export const WHOLE = 100;

/** The percentage that follows `now`, of 0 to 100. */
export function nextWeight(traffic: Traffic, now: number): number {
  switch (traffic.kind) {
    case "all-at-once":
      return WHOLE;
    case "canary":
      return now === 0 ? traffic.percentage : WHOLE;
    case "linear":
      return Math.min(WHOLE, now + traffic.percentage);
  }
}
