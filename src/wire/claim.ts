/**
 * Which operation of which service a request calls, and in which protocol.
 *
 * The target header, the path and the form decide; where they do not name the service, the
 * credential scope does, then the host. S3 takes what nobody else claims: anonymous and presigned
 * requests name no service.
 *
 * Sources: https://smithy.io/2.0/aws/protocols/index.html
 */
import type { AwsError } from "./aws-error.ts";
import { formOf } from "./form.ts";
import type { HttpRequest } from "./http.ts";
import { httpBindings } from "./http-bindings.ts";
import { identityOf } from "./identity.ts";
import type { CatalogEntry, ProtocolName, ServiceModel, ServiceName } from "./model.ts";
import { CATALOG } from "./models/catalog.gen.ts";
import { loadModel } from "./models.ts";
import { compileRoutes, type RouteTable } from "./routes.ts";
import { bucketOfHost, isS3Host } from "./s3-host.ts";
import { invalidAction, missingAction, unknownOperation, unknownService } from "./unclaimed.ts";

export interface Claim {
  readonly model: ServiceModel;
  readonly operation: string;
  readonly protocol: ProtocolName;
  /** Path labels of REST operations, still percent-encoded. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Valid targets by protocol: the hot path is one look-up here. */
const claimsByTarget = {
  awsCbor1_1: new Map<string, Claim>(),
  awsJson1_0: new Map<string, Claim>(),
  awsJson1_1: new Map<string, Claim>(),
};
const routeTables = new Map<ServiceName, RouteTable>();

/** Throws the `AwsError` for an operation or a service that there is not. */
export function claimRequest(request: HttpRequest): Claim {
  const target = request.headers["x-amz-target"];
  if (target !== undefined) {
    return claimTarget(target, request);
  }
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") {
    return claimCbor(request);
  }
  const entry = serviceOf(request);
  if (isQuery(request, entry)) {
    return claimQuery(request, entry);
  }
  return claimRest(request, entry);
}

/** The protocol a request seems to speak, for the form of an error that comes before any claim. */
export function protocolOf(request: HttpRequest): ProtocolName {
  if (request.headers["x-amz-target"] !== undefined) {
    return jsonVersion(request) ?? "awsJson1_1";
  }
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") {
    return "rpcv2Cbor";
  }
  const entry = serviceOf(request);
  if (isQuery(request, entry)) {
    return "awsQuery";
  }
  return entry?.protocols[0] ?? "restJson1";
}

/** Whether the input's payload is streamed to the operation rather than held in memory. */
export function hasStreamingInput(claim: Claim): boolean {
  const name = claim.model.operations[claim.operation]?.input;
  if (claim.labels === undefined || name === undefined) {
    return false;
  }
  return httpBindings(claim.model, name).payload?.member.shape === "streamingBlob";
}

function claimTarget(target: string, request: HttpRequest): Claim {
  const version = jsonVersion(request);
  const known = claimsByTarget[version ?? "awsJson1_1"].get(target);
  if (known !== undefined) {
    return known;
  }
  const dot = target.lastIndexOf(".");
  const [prefix, operation] = [target.slice(0, dot), target.slice(dot + 1)];
  const entry = CATALOG.find((one) => one.targetPrefix === prefix);
  if (entry === undefined) {
    throw unknownService({ targetPrefix: prefix, operation });
  }
  const speaksJson = entry.protocols.some((name) => name.startsWith("awsJson"));
  const model = loadModel(entry.name);
  const isForeign = version === "awsCbor1_1" && !CBOR_SERVICES.has(entry.name);
  if (!speaksJson || isForeign || !Object.hasOwn(model.operations, operation)) {
    throw unknownOperation(entry.protocols[0], operation);
  }
  const protocol = version ?? "awsJson1_1";
  const claim: Claim = { model, operation, protocol };
  claimsByTarget[protocol].set(target, claim);
  return claim;
}

/** Services that take `application/x-amz-cbor-1.1`, as the SDKs for Java send it. */
const CBOR_SERVICES: ReadonlySet<ServiceName> = new Set(["kinesis"]);

function jsonVersion(request: HttpRequest): "awsCbor1_1" | "awsJson1_0" | "awsJson1_1" | undefined {
  const type = request.headers["content-type"];
  if (type?.startsWith("application/x-amz-json-1.0")) {
    return "awsJson1_0";
  }
  if (type?.startsWith("application/x-amz-cbor-1.1")) {
    return "awsCbor1_1";
  }
  return type?.startsWith("application/x-amz-json-1.1") ? "awsJson1_1" : undefined;
}

/** `/service/{service}/operation/{operation}`, behind any prefix. */
const CBOR_PATH = /\/service\/([^/]+)\/operation\/([^/]+)$/;

function claimCbor(request: HttpRequest): Claim {
  const [, service = "", operation = ""] = CBOR_PATH.exec(request.path) ?? [];
  const entry = CATALOG.find((one) => one.targetPrefix === service);
  if (entry === undefined) {
    throw unknownService({ targetPrefix: service, operation });
  }
  const model = loadModel(entry.name);
  if (!entry.protocols.includes("rpcv2Cbor") || !Object.hasOwn(model.operations, operation)) {
    throw unknownOperation("rpcv2Cbor", operation);
  }
  return { model, operation, protocol: "rpcv2Cbor" };
}

/** By the credential scope, else by the host; `undefined` when neither names a service of ours. */
function serviceOf(request: HttpRequest): CatalogEntry | undefined {
  const { signingName } = identityOf(request);
  if (signingName !== undefined) {
    const name = SIGNING_ALIASES[signingName] ?? signingName;
    return CATALOG.find((entry) => entry.signingName === name);
  }
  return serviceOfHost(request.headers["host"]);
}

/** Names in credential scopes that are a service's second one. */
const SIGNING_ALIASES: Readonly<Record<string, string>> = { s3express: "s3" };

/** Hosts that say another name than the credential scope. */
const HOST_ALIASES: Readonly<Record<string, string>> = { queue: "sqs" };

function serviceOfHost(host: string | undefined): CatalogEntry | undefined {
  if (host === undefined || !/\.(amazonaws\.com|localhost)(:\d+)?$/.test(host)) {
    return undefined;
  }
  const labels = host.split(".");
  const names = labels.map((label) => HOST_ALIASES[label] ?? label);
  return CATALOG.find((entry) => names[0] === entry.signingName || names[1] === entry.signingName);
}

function isQuery(request: HttpRequest, entry: CatalogEntry | undefined): boolean {
  if (entry !== undefined && !entry.protocols.includes("awsQuery")) {
    return false;
  }
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return entry !== undefined || formOf(request).has("Action");
  }
  return entry?.protocols[0] === "awsQuery" || /(?:^|&)Action=/.test(request.query);
}

function claimQuery(request: HttpRequest, entry: CatalogEntry | undefined): Claim {
  const form = formOf(request);
  const action = form.get("Action");
  if (action === undefined || action === "") {
    throw missingAction();
  }
  const version = form.get("Version");
  const service = entry ?? serviceOfAction(action, version);
  if (service === undefined) {
    throw refusalOf(request, action) ?? invalidAction(action, version ?? "");
  }
  const model = loadModel(service.name);
  if (!Object.hasOwn(model.operations, action)) {
    throw invalidAction(action, version ?? service.version);
  }
  return { model, operation: action, protocol: "awsQuery" };
}

/** An unsigned call: the version of the API, else the only service that has such an action. */
function serviceOfAction(action: string, version: string | undefined): CatalogEntry | undefined {
  const speakers = CATALOG.filter((entry) => entry.protocols.includes("awsQuery"));
  const sameVersion = speakers.find((entry) => entry.version === version);
  if (sameVersion !== undefined || version !== undefined) {
    return sameVersion;
  }
  return speakers.find((entry) => Object.hasOwn(loadModel(entry.name).operations, action));
}

function claimRest(request: HttpRequest, entry: CatalogEntry | undefined): Claim {
  const refusal = entry === undefined ? refusalOf(request) : undefined;
  if (refusal !== undefined) {
    throw refusal;
  }
  const name = restNameOf(entry, request.path);
  const protocol = entry?.protocols[0] ?? "restXml";
  if (protocol !== "restJson1" && protocol !== "restXml") {
    throw unknownOperation(protocol, `${request.method} ${request.path}`);
  }
  const model = loadModel(name);
  const route = routesOf(model).match(request, pathOf(request, name));
  if (route === undefined) {
    throw unknownOperation(protocol, `${request.method} ${request.path}`);
  }
  return { model, operation: route.operation, protocol, labels: route.labels };
}

/** Both services of API Gateway sign with one name; the second has a path of its own. */
function restNameOf(entry: CatalogEntry | undefined, path: string): ServiceName {
  if (entry?.signingName === "apigateway") {
    return path.startsWith("/v2/") ? "apigatewayv2" : "apigateway";
  }
  return entry?.name ?? "s3";
}

/** A signed request of a service that is not ours; an unsigned one may be S3's. */
function refusalOf(request: HttpRequest, operation?: string): AwsError | undefined {
  const { signingName } = identityOf(request);
  return signingName === undefined ? undefined : unknownService({ signingName, operation });
}

function pathOf(request: HttpRequest, name: ServiceName): string {
  if (name !== "s3" || !isS3Host(request.headers["host"])) {
    return request.path;
  }
  const bucket = bucketOfHost(request.headers["host"]);
  return bucket === undefined ? request.path : `/${bucket}${request.path}`;
}

function routesOf(model: ServiceModel): RouteTable {
  const table = routeTables.get(model.name) ?? compileRoutes(model);
  routeTables.set(model.name, table);
  return table;
}
