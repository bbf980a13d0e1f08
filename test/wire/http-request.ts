/** Requests for tests, written as they would be read off a socket. */
import type { HttpRequest } from "../../src/wire/http.ts";

export interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The service of the credential scope. */
  readonly signedFor?: string;
}

export function httpRequest(line: string, parts: RequestParts = {}): HttpRequest {
  const [method = "GET", target = "/"] = line.split(" ", 2);
  const mark = target.indexOf("?");
  const { headers = {}, body = "", signedFor } = parts;
  return {
    method,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? "" : target.slice(mark + 1),
    headers: { ...headers, ...(signedFor && { authorization: signature(signedFor) }) },
    body: Buffer.from(body),
    sourceIp: "127.0.0.1",
  };
}

function signature(service: string): string {
  const scope = `123456789012/20260101/eu-west-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
}
