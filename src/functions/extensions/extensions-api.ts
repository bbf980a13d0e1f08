/**
 * The Extensions API, the Telemetry API and the Logs API over HTTP, beside the Runtime API of the
 * same environment.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionSpec } from "../function-host.ts";
import { accept, readBody, refuse, writeJson } from "../processes/runtime-api-http.ts";
import type { Extension, ExtensionEvent, Extensions } from "./extensions.ts";
import type { Destination, Subscription, TelemetryType } from "./telemetry.ts";

const EXTENSION = "/2020-01-01/extension/";
const BODY_SIZE_MAX = 64 * 1024;
const TYPES: readonly string[] = ["platform", "function", "extension"];
/** Lambda keeps this port for itself. */
const PORT_RESERVED = 9001;
const PORT_MAX = 65_535;

export interface ExtensionsApiOptions {
  readonly spec: FunctionSpec;
  readonly extensions: Extensions;
  readonly onSubscribe: (subscription: Subscription) => void;
}

/** Answers what is for extensions; `false` when the request is for somebody else. */
export type ExtensionRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

export function extensionRoutes(options: ExtensionsApiOptions): ExtensionRoutes {
  /** By extension: with which of the two APIs it subscribed. */
  const subscribed = new Map<string, Subscription["api"]>();
  return async (request, response) => {
    const { method, url = "" } = request;
    const route = `${method} ${url.replace(/\/$/, "")}`;
    if (route === `POST ${EXTENSION}register`) {
      await register(options, request, response);
    } else if (route === `GET ${EXTENSION}event/next`) {
      withExtension(options, request, response, (each) => next(options, each, response));
    } else if (route === `POST ${EXTENSION}init/error`) {
      await reportError(options, request, response, "InitError");
    } else if (route === `POST ${EXTENSION}exit/error`) {
      await reportError(options, request, response, "ExitError");
    } else if (route === "PUT /2022-07-01/telemetry") {
      await subscribe({ ...options, subscribed }, request, response, "telemetry");
    } else if (route === "PUT /2020-08-15/logs") {
      await subscribe({ ...options, subscribed }, request, response, "logs");
    } else {
      return false;
    }
    return true;
  };
}

async function register(
  { extensions, spec }: ExtensionsApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request);
  const name = request.headers["lambda-extension-name"];
  if (typeof name !== "string" || name === "") {
    refuse(response, 403, "Extension.InvalidExtensionName", "Empty extension name");
    return;
  }
  const events = body?.["events"] ?? [];
  if (body === undefined || !isTexts(events)) {
    refuse(response, 400, "InvalidRequestFormat", "Invalid request format");
    return;
  }
  const registration = extensions.register(name, events);
  if (!("extension" in registration)) {
    refuse(response, 403, registration.errorType, registration.message);
    return;
  }
  const features = String(request.headers["lambda-extension-accept-feature"] ?? "");
  const answer = {
    functionName: spec.name,
    functionVersion: spec.version,
    handler: spec.handler,
    ...(features.split(/\s*,\s*/).includes("accountId") ? { accountId: spec.accountId } : {}),
  };
  writeJson(response, 200, answer, {
    "Lambda-Extension-Identifier": registration.extension.id,
  });
}

function withExtension(
  { extensions }: ExtensionsApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
  then: (extension: Extension) => void,
): void {
  const id = request.headers["lambda-extension-identifier"];
  if (typeof id !== "string" || id === "") {
    const message = "Missing Lambda-Extension-Identifier header";
    refuse(response, 403, "Extension.MissingExtensionIdentifier", message);
    return;
  }
  const extension = extensions.find(id);
  if (extension === undefined) {
    refuse(response, 403, "Extension.UnknownExtensionIdentifier", `Unknown extension ${id}`);
    return;
  }
  then(extension);
}

function next(
  { extensions }: ExtensionsApiOptions,
  extension: Extension,
  response: ServerResponse,
): void {
  const give = (event: ExtensionEvent): void => {
    writeJson(response, 200, event.body, { "Lambda-Extension-Event-Identifier": event.id });
  };
  response.on("close", () => extensions.lostNext(extension, give));
  if (!extensions.next(extension, give)) {
    refuseState(response, extension, "Ready");
  }
}

async function reportError(
  options: ExtensionsApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
  kind: "InitError" | "ExitError",
): Promise<void> {
  const body = await readJson(request);
  const named = request.headers["lambda-extension-function-error-type"];
  withExtension(options, request, response, (extension) => {
    if (typeof named !== "string" || named === "") {
      const message = "Lambda-Extension-Function-Error-Type header is missing";
      refuse(response, 403, "Extension.MissingHeader", message);
      return;
    }
    const isLate = kind === "InitError" && !options.extensions.isOpen;
    if (isLate || extension.state === "failed" || extension.state === "gone") {
      refuseState(response, extension, kind);
      return;
    }
    accept(response);
    const told = body?.["errorMessage"];
    const errorType = typeof told === "string" && told !== "" ? `${named}: ${told}` : named;
    options.extensions.failed(extension, kind, errorType);
  });
}

function refuseState(response: ServerResponse, extension: Extension, to: string): void {
  const message =
    `State transition from ${extension.state} to ${to} failed for extension ` +
    `${extension.name}. Error: State transition is not allowed`;
  refuse(response, 403, "Extension.InvalidExtensionState", message);
}

async function subscribe(
  options: ExtensionsApiOptions & { readonly subscribed: Map<string, Subscription["api"]> },
  request: IncomingMessage,
  response: ServerResponse,
  api: Subscription["api"],
): Promise<void> {
  const body = await readJson(request);
  const title = api === "telemetry" ? "Telemetry" : "Logs";
  withExtension(options, request, response, ({ name }) => {
    if (!options.extensions.isOpen) {
      const message = `${title} API subscription is closed already`;
      refuse(response, 403, `${title}.SubscriptionClosed`, message);
      return;
    }
    if ((options.subscribed.get(name) ?? api) !== api) {
      const message = "The extension has subscribed by the other API already";
      refuse(response, 403, `${title}.AlreadySubscribed`, message);
      return;
    }
    const subscription = body === undefined ? "body" : subscriptionOf(name, api, body);
    if (typeof subscription === "string") {
      refuse(response, 400, "ValidationError", `Invalid subscription: ${subscription}`);
      return;
    }
    options.subscribed.set(name, api);
    options.onSubscribe(subscription);
    writeText(response, "OK");
  });
}

type Json = Readonly<Record<string, unknown>>;

/** Bounds and defaults, in the order: least, most, otherwise. */
const BUFFERING = {
  telemetry: { maxItems: [1_000, 10_000, 1_000], maxBytes: [262_144, 1_048_576, 262_144] },
  logs: { maxItems: [1_000, 10_000, 10_000], maxBytes: [262_144, 1_048_576, 262_144] },
} as const;
const TIMEOUT_MS = [25, 30_000, 1_000] as const;
const SCHEMAS: Readonly<Record<Subscription["api"], readonly string[]>> = {
  telemetry: ["2022-07-01", "2022-12-13", "2025-01-29"],
  logs: ["2020-08-15", "2021-03-18"],
};

/** What is wrong with it, or the subscription. */
function subscriptionOf(name: string, api: Subscription["api"], body: Json): Subscription | string {
  const { types, schemaVersion } = body;
  if (!isTexts(types) || types.length === 0 || types.some((type) => !TYPES.includes(type))) {
    return "types";
  }
  const schema = schemaVersion ?? (api === "logs" ? "2020-08-15" : undefined);
  if (typeof schema !== "string" || !SCHEMAS[api].includes(schema)) {
    return "schemaVersion";
  }
  const destination = destinationOf(isObject(body["destination"]) ? body["destination"] : {});
  if (typeof destination === "string") {
    return destination;
  }
  const buffering = isObject(body["buffering"]) ? body["buffering"] : {};
  const bounds = BUFFERING[api];
  const maxItems = within(buffering["maxItems"], bounds.maxItems);
  const maxBytes = within(buffering["maxBytes"], bounds.maxBytes);
  const timeoutMs = within(buffering["timeoutMs"], TIMEOUT_MS);
  if (maxItems === undefined || maxBytes === undefined || timeoutMs === undefined) {
    return "buffering";
  }
  return {
    name,
    api,
    types: types as readonly TelemetryType[],
    destination,
    maxItems,
    maxBytes,
    timeoutMs,
  };
}

/** Over TCP a port is enough; the older API knows no other form. */
function destinationOf(given: Json): Destination | string {
  const { protocol, URI: uri, method, port } = given;
  if (protocol !== "HTTP" && protocol !== "TCP") {
    return "protocol";
  }
  const url = typeof uri === "string" && URL.canParse(uri) ? new URL(uri) : undefined;
  const isOwn = url && /^(?:sandbox(?:\.localdomain)?|localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (protocol === "TCP") {
    const told = isOwn && url.protocol === "tcp:" ? Number(url.port) : port;
    return isPort(told) ? { protocol, port: told } : "destination.port";
  }
  const wanted = Number(url?.port || 80);
  if (!isOwn || url.protocol !== "http:" || !isPort(wanted)) {
    return "destination.URI";
  }
  if (method !== undefined && method !== "POST" && method !== "PUT") {
    return "destination.method";
  }
  const path = `${url.pathname}${url.search}`;
  return { protocol, port: wanted, path, method: method ?? "POST" };
}

function isPort(value: unknown): value is number {
  return (
    Number.isInteger(value) &&
    Number(value) > 0 &&
    Number(value) <= PORT_MAX &&
    value !== PORT_RESERVED
  );
}

function within(
  value: unknown,
  [least, most, otherwise]: readonly [number, number, number],
): number | undefined {
  if (value === undefined || value === null) {
    return otherwise;
  }
  return typeof value === "number" && value >= least && value <= most ? value : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readJson(request: IncomingMessage): Promise<Json | undefined> {
  const body = await readBody(request, BODY_SIZE_MAX);
  if (body === undefined || body.length === 0) {
    return body === undefined ? undefined : {};
  }
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function writeText(response: ServerResponse, text: string): void {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": text.length });
  response.end(text);
}
