/**
 * Events as templates and paths of pipes see them: what a source has encoded is decoded, so that a
 * path leads into it.
 *
 * | field             | of                      | becomes                                |
 * |-------------------|-------------------------|----------------------------------------|
 * | `body`            | a message of SQS        | the JSON object or list that it holds  |
 * | `data`            | a record of Kinesis     | the same, or the text, out of base64   |
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html#input-transform-implicit
 */
export function decodedEvent(event: unknown): unknown {
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return event;
  }
  const { body, data, eventSource } = event as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  if (typeof body === "string") {
    decoded["body"] = parsedContainer(body) ?? body;
  }
  if (typeof data === "string" && eventSource === "aws:kinesis") {
    const text = Buffer.from(data, "base64").toString("utf8");
    decoded["data"] = parsedContainer(text) ?? text;
  }
  return { ...event, ...decoded };
}

/** `undefined` for what is no JSON object or list. */
export function parsedContainer(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
