/** Deliberately broken worlds: each breaks the rule of the ledger that it is named for. */
export const CANARIES = [
  "lost",
  "invented",
  "order",
  "concurrent",
  "hidden",
  "duplicate",
  "dead-letter",
  "early",
  "late",
  "aged",
  "unsettled",
] as const;

export type Canary = (typeof CANARIES)[number];
