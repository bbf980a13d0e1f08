/** The dispatcher port over HTTP: calls a running engine with the AWS SDK, as any client would. */
import type { ByteStream } from "../base/byte-stream.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { AwsError } from "../wire/aws-error.ts";
import { noEngine } from "./engine.ts";

interface SdkClient {
  send(command: unknown): Promise<Record<string, unknown>>;
}

type SdkPackage = Readonly<Record<string, new (input: unknown) => unknown>>;

/** Loaded when first used: a package takes tens of milliseconds. */
const PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  apigateway: () => import("@aws-sdk/client-api-gateway"),
  apigatewayv2: () => import("@aws-sdk/client-apigatewayv2"),
  cloudformation: () => import("@aws-sdk/client-cloudformation"),
  lambda: () => import("@aws-sdk/client-lambda"),
  logs: () => import("@aws-sdk/client-cloudwatch-logs"),
  s3: () => import("@aws-sdk/client-s3"),
  states: () => import("@aws-sdk/client-sfn"),
};

/** The SDK warns of Node.js versions it will leave behind, which is no news for a user of this. */
const SDK_WARNING_OFF = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

export function createRemoteDispatcher(endpoint: string): Dispatcher {
  process.env[SDK_WARNING_OFF] ??= "true";
  const clients = new Map<string, SdkClient>();

  const callByName = async (
    caller: Caller,
    service: string,
    operation: string,
    input: unknown,
  ): Promise<unknown> => {
    const sdk = await packageOf(service);
    const key = `${service}/${caller.accountId}/${caller.region}`;
    const client = clients.get(key) ?? createClient(sdk, endpoint, caller);
    clients.set(key, client);
    const Command = sdk[`${operation}Command`];
    if (Command === undefined) {
      throw new TypeError(`the AWS SDK has no operation ${service}:${operation}`);
    }
    try {
      return await client.send(new Command(await withWholeBody(input)));
    } catch (error) {
      throw translated(error, endpoint);
    }
  };

  return { callByName, call: callByName as Dispatcher["call"] };
}

async function packageOf(service: string): Promise<SdkPackage> {
  const load = PACKAGES[service];
  if (load === undefined) {
    throw new TypeError(`the command line does not call ${service}`);
  }
  return (await load()) as SdkPackage;
}

/** Which Node.js the SDK will want next year is nothing the person at the terminal can use now. */
const NO_VERSION_WARNING = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

function createClient(sdk: SdkPackage, endpoint: string, caller: Caller): SdkClient {
  const [, Client] = Object.entries(sdk).find(([name]) => /^[A-Z].*Client$/.test(name)) ?? [];
  if (Client === undefined) {
    throw new TypeError("the AWS SDK package has no client");
  }
  process.env[NO_VERSION_WARNING] ??= "true";
  return new Client({
    endpoint,
    region: caller.region,
    credentials: { accessKeyId: caller.accountId, secretAccessKey: "millrace" },
    forcePathStyle: true,
    disableHostPrefix: true,
    maxAttempts: 1,
  }) as SdkClient;
}

/** The SDK wants to know the length of a body before it sends it. */
async function withWholeBody(input: unknown): Promise<unknown> {
  const { Body } = input as { readonly Body?: ByteStream };
  if (Body === undefined) {
    return input;
  }
  const parts: Uint8Array[] = [];
  for await (const part of Body) {
    parts.push(part);
  }
  return { ...(input as object), Body: Buffer.concat(parts) };
}

/** A refused connection is the operator's matter; everything else is the engine's answer. */
function translated(error: unknown, endpoint: string): unknown {
  const { code, name, message, $metadata } = error as {
    code?: string;
    name: string;
    message: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (code === "ECONNREFUSED" || code === "ECONNRESET") {
    return noEngine(endpoint);
  }
  if ($metadata?.httpStatusCode === undefined) {
    return error;
  }
  return new AwsError({ code: name, message, status: $metadata.httpStatusCode });
}
