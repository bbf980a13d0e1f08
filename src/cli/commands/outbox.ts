/** `millrace outbox`: the e-mails and text messages that SNS wrote in the running engine. */
import { callEngine, runningEngine } from "../engine.ts";
import type { Terminal } from "../terminal.ts";

export interface OutboxOptions {
  readonly protocol?: string;
  readonly address?: string;
  readonly limit: number;
}

/** A message of `GET /_millrace/outbox`. */
interface PrintedMessage {
  readonly number: number;
  readonly protocol: string;
  readonly type: string;
  readonly from?: string;
  readonly to: string;
  readonly subject?: string;
  readonly body: string;
  readonly postedAt: string;
}

export async function outbox(terminal: Terminal, options: OutboxOptions): Promise<number> {
  const endpoint = await runningEngine();
  const query = new URLSearchParams({ limit: String(options.limit) });
  for (const name of ["protocol", "address"] as const) {
    const value = options[name];
    if (value !== undefined) {
      query.set(name, value);
    }
  }
  const answer = await callEngine(endpoint, "GET", `/outbox?${query}`);
  const { messages } = answer as { readonly messages: readonly PrintedMessage[] };
  for (const message of messages) {
    terminal.data(message, textOf(message));
  }
  if (messages.length === 0) {
    terminal.say("No e-mail and no text message was written, or none that was asked for.");
  }
  return 0;
}

function textOf({ number, protocol, from, to, subject, body, postedAt }: PrintedMessage): string {
  const head = [
    `#${number}  ${protocol}  ${postedAt}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `To: ${to}`,
    ...(subject === undefined ? [] : [`Subject: ${subject}`]),
  ];
  return `${head.join("\n")}\n\n${body}\n`;
}
