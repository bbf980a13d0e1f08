/** Bodies and answers of the APIs that the processes of an environment call. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** `undefined` when the body is longer than allowed: what is over the limit is read and dropped. */
export async function readBody(
  request: IncomingMessage,
  sizeMax: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= sizeMax) {
      chunks.push(chunk);
    }
  }
  return size > sizeMax ? undefined : Buffer.concat(chunks);
}

export function accept(response: ServerResponse): void {
  writeJson(response, 202, { status: "OK" });
}

export function refuse(
  response: ServerResponse,
  status: number,
  errorType: string,
  errorMessage: string,
): void {
  writeJson(response, status, { errorMessage, errorType });
}

export function writeJson(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
