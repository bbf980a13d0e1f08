/**
 * The request and the answer of an HTTP task, for `TestState` at the level `TRACE`: without what the
 * connection adds, unless secrets are to be revealed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionDataRequest.html
 */
import { utf8Decode } from "../../base/bytes.ts";
import type {
  ConnectionRequest,
  EndpointAnswer,
  Endpoints,
  SentRequest,
} from "../../outbox/endpoints.ts";
import { statusText } from "../../platform/http-status.ts";
import type { Output } from "../../wire/operations.ts";

type Traced = Pick<
  NonNullable<Output<"states", "TestState">["inspectionData"]>,
  "request" | "response"
>;

export interface TracedEndpoints extends Endpoints {
  traced(options: { readonly revealSecrets: boolean }): Traced;
}

/** Endpoints that remember their last exchange. */
export function tracedEndpoints(endpoints: Endpoints): TracedEndpoints {
  let asked: ConnectionRequest | undefined;
  let sent: SentRequest | undefined;
  let answer: EndpointAnswer | undefined;
  return {
    toDestination: (request, abort) => endpoints.toDestination(request, abort),
    async throughConnection(request, abort) {
      asked = request;
      const onSend = (whole: SentRequest): void => {
        sent = whole;
      };
      const result = await endpoints.throughConnection({ ...request, onSend }, abort);
      answer = result.kind === "answer" ? result : undefined;
      return result;
    },
    traced({ revealSecrets }) {
      const request = revealSecrets ? sent : asked && ownRequest(asked);
      return {
        ...(request !== undefined && { request: describedRequest(request) }),
        ...(answer !== undefined && { response: describedAnswer(answer, request) }),
      };
    },
  };
}

/** What the task itself asks for. */
function ownRequest({ url, method, headers, query, bodyWith }: ConnectionRequest): SentRequest {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const separator = url.includes("?") ? "&" : "?";
  const body = bodyWith({});
  return {
    method,
    url: pairs.length === 0 ? url : `${url}${separator}${pairs.join("&")}`,
    headers,
    body: "text" in body ? body.text : undefined,
  };
}

function protocolOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}

function describedRequest({ method, url, headers, body }: SentRequest): Traced["request"] {
  return {
    protocol: protocolOf(url),
    method,
    url,
    headers: JSON.stringify(headers),
    ...(body !== undefined && { body }),
  };
}

function describedAnswer(
  { status, headers, body }: EndpointAnswer,
  request: SentRequest | undefined,
): Traced["response"] {
  return {
    protocol: protocolOf(request?.url ?? "https:"),
    statusCode: String(status),
    statusMessage: statusText(status),
    headers: JSON.stringify(headers),
    body: utf8Decode(body),
  };
}
