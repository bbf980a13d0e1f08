/** HTTP endpoints outside the engine, as a test scripts them. */
import { utf8Encode } from "../base/bytes.ts";
import type { HttpClient, HttpClientRequest, HttpClientResult } from "../platform/http-client.ts";

export interface ScriptedHttp extends HttpClient {
  /** What was requested, in order. */
  readonly requests: readonly HttpClientRequest[];
  /** What is answered from now on; 200 without a body unless told. */
  script(
    answer: (request: HttpClientRequest) => HttpClientResult | Promise<HttpClientResult>,
  ): void;
}

export function createScriptedHttp(): ScriptedHttp {
  const requests: HttpClientRequest[] = [];
  let answer: Parameters<ScriptedHttp["script"]>[0] = () => httpAnswer(200);
  return {
    requests,
    script(next) {
      answer = next;
    },
    async request(request) {
      requests.push(request);
      return answer(request);
    },
  };
}

export function httpAnswer(
  status: number,
  body = "",
  headers: Readonly<Record<string, string>> = {},
  cookies: readonly string[] = [],
): HttpClientResult {
  return { kind: "response", status, headers, cookies, body: utf8Encode(body), isTruncated: false };
}
