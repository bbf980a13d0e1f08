/**
 * The JSON paths of pipes: those of EventBridge, with names of letters, digits, dashes, underscores
 * and slashes only.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
import { type EventPath, parseEventPath } from "../event-path/event-path.ts";

/** `undefined` when the text is not a path. */
export function parseJsonPath(text: string): EventPath | undefined {
  const isPath = /^\$(\.[\w/-]+|\.?\*|\[([0-9]+|\*)\])*$/.test(text);
  return isPath ? parseEventPath(text) : undefined;
}
