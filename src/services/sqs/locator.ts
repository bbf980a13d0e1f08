/** What a receipt handle of a standard queue says of where its message is. */
import type { MessageRow } from "./message-row.ts";
import type { Queue } from "./queue.ts";

/** Until when the message is hidden, and in a queue with message groups the lane it goes to then. */
export function locatorOf(queue: Queue, visibleAtMs: number, { group }: MessageRow): string {
  return queue.hasGroups === true ? `${visibleAtMs}:${group}` : String(visibleAtMs);
}

export function splitLocator(locator: string): {
  readonly visibleAtMs: number;
  readonly group: string;
} {
  const at = locator.indexOf(":");
  return at === -1
    ? { visibleAtMs: Number(locator), group: "" }
    : { visibleAtMs: Number(locator.slice(0, at)), group: locator.slice(at + 1) };
}

/** Whether a text is what `locatorOf` makes. */
export function isLocator(text: string): boolean {
  return Number.isSafeInteger(splitLocator(text).visibleAtMs);
}
