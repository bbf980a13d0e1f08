/**
 * The AWS SDK's own clients as the oracle of the wire layer: they write the requests that we read
 * and read the responses that we write. No network: a client's request handler is ours.
 */
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../src/wire/http.ts";
import type { ServiceName } from "../../src/wire/model.ts";

const require = createRequire(import.meta.url);

const PACKAGES: Readonly<Record<ServiceName, string>> = {
  apigateway: "api-gateway",
  apigatewayv2: "apigatewayv2",
  applicationautoscaling: "application-auto-scaling",
  cloudformation: "cloudformation",
  cloudwatch: "cloudwatch",
  codedeploy: "codedeploy",
  dynamodb: "dynamodb",
  dynamodbstreams: "dynamodb-streams",
  events: "eventbridge",
  iam: "iam",
  kinesis: "kinesis",
  lambda: "lambda",
  logs: "cloudwatch-logs",
  pipes: "pipes",
  s3: "s3",
  scheduler: "scheduler",
  schemas: "schemas",
  secretsmanager: "secrets-manager",
  sns: "sns",
  sqs: "sqs",
  ssm: "ssm",
  states: "sfn",
  sts: "sts",
};

/** Protocols of the SDK that a client does not choose by itself. */
export type ForcedProtocol = "AwsSmithyRpcV2CborProtocol" | "AwsQueryProtocol";

export interface SdkClient {
  send(operation: string, input: unknown): Promise<Record<string, unknown>>;
}

export type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly hostname: string;
}

interface Instance {
  send(command: unknown): Promise<Record<string, unknown>>;
}

export function sdkClient(
  service: ServiceName,
  answer: Answer,
  protocol?: ForcedProtocol,
): SdkClient {
  const sdk = require(`@aws-sdk/client-${PACKAGES[service]}`);
  const name = Object.keys(sdk).find((key) => /^(?!__).+Client$/.test(key)) ?? "";
  const client: Instance = new sdk[name]({
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:4566",
    credentials: { accessKeyId: "123456789012", secretAccessKey: "secret" },
    maxAttempts: 1,
    forcePathStyle: true,
    disableHostPrefix: true,
    md5: false,
    useQueueUrlAsEndpoint: false,
    ...(protocol === undefined ? {} : { protocol: protocolClass(service, protocol) }),
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      handle: async (sent: SentRequest) => {
        return { response: await sdkResponse(await answer(await received(sent))) };
      },
    },
  });
  return {
    send: (operation, input) => client.send(new sdk[`${operation}Command`](input)),
  };
}

/** The classes are the SDK's own, which the client's package depends on. */
function protocolClass(service: ServiceName, protocol: ForcedProtocol): unknown {
  const client = createRequire(require.resolve(`@aws-sdk/client-${PACKAGES[service]}`));
  return client("@aws-sdk/core/protocols")[protocol];
}

async function received(sent: SentRequest): Promise<HttpRequest> {
  const headers = Object.fromEntries(
    Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: sent.method,
    path: sent.path,
    query: queryString(sent.query ?? {}),
    headers,
    body: await bytesOf(sent.body),
    sourceIp: "127.0.0.1",
  };
}

/** As the SDK's HTTP handlers write it. */
function queryString(query: NonNullable<SentRequest["query"]>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => (one === null ? escaped(name) : `${escaped(name)}=${escaped(one)}`));
  });
  return pairs.join("&");
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) {
    return new Uint8Array(0);
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    return Buffer.from(body);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

async function sdkResponse(response: HttpResponse): Promise<unknown> {
  const { HttpResponse: SdkResponse } = requireSmithy("@smithy/core/protocols");
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    headers[name.toLowerCase()] = value;
  }
  const body = Buffer.from(await bytesOf(response.body));
  return new SdkResponse({ statusCode: response.status, headers, body: Readable.from([body]) });
}

function requireSmithy(name: string): { HttpResponse: new (options: object) => unknown } {
  return createRequire(require.resolve("@aws-sdk/client-sqs"))(name);
}
