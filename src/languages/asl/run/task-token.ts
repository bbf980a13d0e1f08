/**
 * Task tokens: what a worker names its task by. A token says by itself which task it is for, so
 * that none has to be kept, and holds a secret, so that none can be made up.
 */
export interface TaskToken {
  readonly executionArn: string;
  readonly threadId: number;
  readonly ticket: number;
  readonly secret: string;
}

/** Leads the text of every token. */
const VERSION = "millrace1";
const SEPARATOR = "|";

export function createTaskToken({ executionArn, threadId, ticket, secret }: TaskToken): string {
  const text = [VERSION, executionArn, threadId, ticket, secret].join(SEPARATOR);
  return Buffer.from(text).toString("base64");
}

/** `undefined` when the text is no token. */
export function parseTaskToken(text: string): TaskToken | undefined {
  const parts = Buffer.from(text, "base64").toString("utf8").split(SEPARATOR);
  const [version, executionArn, threadId, ticket, secret] = parts;
  if (version !== VERSION || parts.length !== 5 || !executionArn || !secret) {
    return undefined;
  }
  const token = { executionArn, threadId: Number(threadId), ticket: Number(ticket), secret };
  return Number.isInteger(token.threadId) && Number.isInteger(token.ticket) ? token : undefined;
}
