/** Requests to APIs from inside the engine, the way of those that come from outside. */
import { utf8Encode } from "../../base/bytes.ts";
import type { ApiRequest, EndpointAnswer, HttpApis } from "../../outbox/endpoints.ts";
import type { HttpResponse } from "../../wire/http.ts";
import type { Serve } from "./serve.ts";

const DEFAULT_STAGE = "$default";

export function createHttpApis(serve: Serve): HttpApis {
  return {
    async call(request) {
      const { apiId, region, method, query } = request;
      const host = `${apiId}.execute-api.${region}.amazonaws.com`;
      const path = pathOf(request);
      const response = await serve(
        {
          method,
          path,
          query,
          headers: headersOf(request, host),
          body: utf8Encode(request.body),
          sourceIp: "127.0.0.1",
        },
        { apiId, path, host },
      );
      return answerOf(response);
    },
  };
}

function pathOf({ stage, path }: ApiRequest): string {
  const inStage = path.startsWith("/") ? path : `/${path}`;
  return stage === undefined || stage === DEFAULT_STAGE ? inStage : `/${stage}${inStage}`;
}

function headersOf(
  { headers, body, trace }: ApiRequest,
  host: string,
): Readonly<Record<string, string>> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...Object.fromEntries(given),
    host,
    "content-length": String(Buffer.byteLength(body)),
    ...(trace !== undefined && { "x-amzn-trace-id": trace }),
  };
}

async function answerOf({ status, headers, body }: HttpResponse): Promise<EndpointAnswer> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    lists.set(key, [...(lists.get(key) ?? []), value]);
  }
  return {
    kind: "answer",
    status,
    headers: Object.fromEntries(lists),
    body: body instanceof Uint8Array ? body : await collected(body),
    isTruncated: false,
  };
}

async function collected(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
