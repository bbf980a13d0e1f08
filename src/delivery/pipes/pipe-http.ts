/**
 * Enrichments and targets by HTTP: API destinations of EventBridge and HTTP APIs of API Gateway.
 *
 * - One request carries the batch as a list, unless the batch size of the pipe is 1.
 * - Parameters that are paths look into the first event of the batch.
 * - Anything but a 2xx is a failure of the batch. Of the pipe's source depends what follows.
 *
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-http.html
 */
import { type Arn, parseArn } from "../../base/arn.ts";
import { utf8Decode } from "../../base/bytes.ts";
import type { EndpointResult, Endpoints, HttpApis } from "../../outbox/endpoints.ts";
import type { PipeHttpParameters, PipeStage, PolledPipe } from "../../outbox/polled-pipe.ts";
import { type PipeMessage, parameter, StageFailure } from "./pipe-message.ts";

export interface PipeHttpPorts {
  readonly endpoints: Endpoints;
  readonly apis: HttpApis;
}

interface HttpHop {
  readonly pipe: PolledPipe;
  readonly stage: PipeStage;
  readonly messages: readonly PipeMessage[];
  readonly trace: string | undefined;
  readonly abort: AbortSignal;
}

export function isHttpStage({ arn: text }: PipeStage): boolean {
  const arn = parseArn(text);
  return (
    arn?.service === "execute-api" ||
    (arn?.service === "events" && arn.resource.startsWith("api-destination/"))
  );
}

/** What was sent, and the text of the answer. */
export async function exchangeByHttp(
  ports: PipeHttpPorts,
  hop: HttpHop,
): Promise<{ readonly request: string; readonly response: string }> {
  const request = payloadOf(hop);
  const result = await send(ports, hop, request);
  if (result.kind === "failure") {
    throw new StageFailure("cannot reach an HTTP endpoint", result.message, {
      isOfFunction: false,
    });
  }
  const response = utf8Decode(result.body);
  const { status } = result;
  if (status < 200 || status > 299) {
    throw new StageFailure("calls an HTTP endpoint that fails", `${status}: ${response}`, {
      isOfFunction: status < 500 && status !== 429,
    });
  }
  if (result.isTruncated) {
    throw new StageFailure("gets too long an answer", "The answer is longer than 6 MiB.", {
      isOfFunction: true,
    });
  }
  return { request, response };
}

function payloadOf({ pipe, messages }: HttpHop): string {
  const [only] = messages;
  return pipe.batchSize === 1 && messages.length === 1 && only !== undefined
    ? only.text
    : JSON.stringify(messages.map(({ value }) => value));
}

async function send(
  { endpoints, apis }: PipeHttpPorts,
  { stage, messages, trace, abort }: HttpHop,
  body: string,
): Promise<EndpointResult> {
  const arn = parseArn(stage.arn);
  const { path, query, headers } = followed(stage.http ?? {}, messages);
  return arn?.service === "execute-api"
    ? apis.call({
        ...apiOf(arn, path),
        query: Object.entries(query)
          .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join("&"),
        headers: { "content-type": "application/json", ...headers },
        body,
        trace,
      })
    : endpoints.toDestination(
        { destinationArn: stage.arn, path, query, headers, body, trace },
        abort,
      );
}

/** `arn:aws:execute-api:region:account:apiId/stage/METHOD/path`, where `*` takes a value. */
function apiOf(
  { region, resource }: Arn,
  values: readonly string[],
): { apiId: string; region: string; stage: string; method: string; path: string } {
  const [apiId = "", stage = "", method = "", ...segments] = resource.split("/");
  let next = 0;
  const path = segments.map((segment) =>
    segment.replace(/\*/g, (star) => {
      const value = values[next];
      next += 1;
      return value === undefined ? star : encodeURIComponent(value);
    }),
  );
  return {
    apiId,
    region,
    stage: stage === "*" ? "$default" : stage,
    method: method === "*" ? "POST" : method,
    path: `/${path.join("/")}`,
  };
}

/** Nothing stands where a path leads nowhere: an empty text. */
function followed(
  parameters: PipeHttpParameters,
  [first]: readonly PipeMessage[],
): {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
} {
  const one = (text: string): string => (first && parameter(text, first)) ?? "";
  const all = (map: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, one(value)]));
  return {
    path: (parameters.PathParameterValues ?? []).map(one),
    query: all(parameters.QueryStringParameters),
    headers: all(parameters.HeaderParameters),
  };
}
