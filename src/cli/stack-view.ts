/** What a person wants to know of a stack: where it is reached, what it consists of, its outputs. */
import { type StackResource, stackResources } from "../deploy/stack-resources.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { Stack } from "../wire/models/cloudformation.gen.ts";
import { formatTable, type Terminal } from "./terminal.ts";

export interface StackView {
  readonly stackName: string;
  readonly status: string;
  readonly endpoints: readonly Endpoint[];
  readonly outputs: readonly StackOutput[];
  readonly resources: readonly StackResource[];
}

interface Endpoint {
  readonly logicalId: string;
  /** All lead to the same place. */
  readonly urls: readonly string[];
  readonly routes: readonly string[];
}

interface StackOutput {
  readonly name: string;
  readonly value: string;
  /** Where the value leads on this machine, when it is an address on AWS. */
  readonly local?: string;
}

export interface StackViewOptions {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
  /** `http://127.0.0.1:4566`. */
  readonly endpoint: string;
}

/** Resources that only tie others together; people are told their number. */
const TIES = /^AWS::IAM::|::Permission$|Policy$|::Deployment$|::Stage$|::Integration$|::Route$/;

export async function viewStack(options: StackViewOptions, stack: Stack): Promise<StackView> {
  const { dispatcher, caller } = options;
  const resources = await stackResources(dispatcher, caller, stack.StackName);
  const endpoints: Endpoint[] = [];
  for (const resource of resources) {
    endpoints.push(...(await endpointsOf(options, resource)));
  }
  const outputs = (stack.Outputs ?? []).map(({ OutputKey: name = "", OutputValue: value = "" }) => {
    const local = localAddress(options.endpoint, value);
    return { name, value, ...(local === undefined ? {} : { local }) };
  });
  const { StackName: stackName, StackStatus: status } = stack;
  return { stackName, status, endpoints, outputs, resources };
}

async function endpointsOf(
  options: StackViewOptions,
  resource: StackResource,
): Promise<readonly Endpoint[]> {
  const { logicalId, type, physicalId } = resource;
  if (type === "AWS::SQS::Queue") {
    const url = localAddress(options.endpoint, physicalId) ?? physicalId;
    return [{ logicalId, urls: [url], routes: [] }];
  }
  if (type === "AWS::Lambda::Url") {
    return [await functionUrl(options, resource)];
  }
  if (type === "AWS::ApiGateway::RestApi") {
    return [await restApiEndpoint(options, resource)];
  }
  return type === "AWS::ApiGatewayV2::Api" ? [await apiEndpoint(options, resource)] : [];
}

async function functionUrl(
  { dispatcher, caller, endpoint }: StackViewOptions,
  { logicalId, physicalId: FunctionName }: StackResource,
): Promise<Endpoint> {
  const { FunctionUrl } = await dispatcher.call(caller, "lambda", "GetFunctionUrlConfig", {
    FunctionName,
  });
  const [, id, subdomains] = FUNCTION_URL.exec(FunctionUrl) ?? [];
  const { port } = new URL(endpoint);
  return {
    logicalId,
    urls: [`${endpoint}/_url/${id}/`, `http://${id}.${subdomains}localhost:${port}/`],
    routes: [],
  };
}

async function apiEndpoint(
  { dispatcher, caller, endpoint }: StackViewOptions,
  { logicalId, physicalId: ApiId }: StackResource,
): Promise<Endpoint> {
  const [stages, routes] = await Promise.all([
    dispatcher.call(caller, "apigatewayv2", "GetStages", { ApiId }),
    dispatcher.call(caller, "apigatewayv2", "GetRoutes", { ApiId }),
  ]);
  const { port } = new URL(endpoint);
  const paths = (stages.Items ?? []).map(({ StageName }) =>
    StageName === undefined || StageName === "$default" ? "" : `/${StageName}`,
  );
  return {
    logicalId,
    urls: paths.flatMap((path) => [
      `${endpoint}/_api/${ApiId}${path}`,
      `http://${ApiId}.execute-api.localhost:${port}${path}`,
    ]),
    routes: (routes.Items ?? []).map(({ RouteKey = "" }) => RouteKey),
  };
}

/** SAM makes a stage of this name that nobody asked for. */
const EXTRA_STAGE = "Stage";

async function restApiEndpoint(
  { dispatcher, caller, endpoint }: StackViewOptions,
  { logicalId, physicalId: restApiId }: StackResource,
): Promise<Endpoint> {
  const [stages, resources] = await Promise.all([
    dispatcher.call(caller, "apigateway", "GetStages", { restApiId }),
    dispatcher.call(caller, "apigateway", "GetResources", { restApiId, limit: 500 }),
  ]);
  const { port } = new URL(endpoint);
  const all = (stages.item ?? []).map(({ stageName = "" }) => stageName);
  const names = all.length > 1 ? all.filter((name) => name !== EXTRA_STAGE) : all;
  const routes = (resources.items ?? []).flatMap(({ path = "", resourceMethods = {} }) =>
    Object.keys(resourceMethods).map((method) => `${method} ${path}`),
  );
  return {
    logicalId,
    urls: names.flatMap((name) => [
      `${endpoint}/_api/${restApiId}/${name}`,
      `http://${restApiId}.execute-api.localhost:${port}/${name}`,
    ]),
    routes: routes.filter((route) => !route.startsWith("OPTIONS ")),
  };
}

/** An API as AWS addresses it. */
const API_URL = /^(?:https|wss):\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\/.*)?$/;
/** A queue, under the port of an earlier start. */
const QUEUE_URL = /^http:\/\/(?:127\.0\.0\.1|localhost):\d+(\/\d{12}\/[\w-]+(?:\.fifo)?)$/;
/** A function URL, under the port of any start. Few clients resolve names below `localhost`. */
const FUNCTION_URL = /^http:\/\/([a-z0-9]+)\.(lambda-url\.[a-z0-9-]+\.)localhost:\d+(\/.*)$/;

/** The same place under the engine's address; `undefined` for what is there already, or no place. */
function localAddress(endpoint: string, value: string): string | undefined {
  const [, apiId, rest = ""] = API_URL.exec(value) ?? [];
  if (apiId !== undefined) {
    return `${endpoint}/_api/${apiId}${rest}`;
  }
  const [, urlId, , urlPath = "/"] = FUNCTION_URL.exec(value) ?? [];
  if (urlId !== undefined) {
    return `${endpoint}/_url/${urlId}${urlPath}`;
  }
  const [, queuePath] = QUEUE_URL.exec(value) ?? [];
  return queuePath === undefined || value.startsWith(`${endpoint}/`)
    ? undefined
    : endpoint + queuePath;
}

export function formatStack(terminal: Terminal, view: StackView): string {
  const { bold, cyan, dim, green } = terminal.colors;
  const { stackName, status, endpoints, outputs, resources } = view;
  const shown = resources.filter(({ type }) => !TIES.test(type));
  const hiddenCount = resources.length - shown.length;
  const table = formatTable(terminal.colors, [
    ["Resource", "Type", "Physical id"],
    ...shown.map(({ logicalId, type, physicalId }) => [logicalId, type, physicalId]),
  ]);
  const width = Math.max(...[...endpoints, ...outputs].map((row) => labelOf(row).length), 0);
  const labelled = (label: string, text: string): string => `  ${label.padEnd(width)}  ${text}`;
  const reached = endpoints.flatMap(({ logicalId, urls, routes }) => [
    ...urls.map((url, index) => labelled(index === 0 ? logicalId : "", cyan(url))),
    ...(routes.length === 0 ? [] : [labelled("", dim(routes.join(", ")))]),
  ]);
  const told = outputs.flatMap(({ name, value, local }) => [
    labelled(name, value),
    ...(local === undefined ? [] : [labelled("", `${dim("here:")} ${cyan(local)}`)]),
  ]);
  return [
    `${bold(stackName)} ${green(status)}`,
    "",
    table,
    ...(hiddenCount === 0 ? [] : [dim(`and ${hiddenCount} that tie these together (--json)`)]),
    ...(reached.length === 0 ? [] : ["", bold("Endpoints"), ...reached]),
    ...(told.length === 0 ? [] : ["", bold("Outputs"), ...told]),
  ].join("\n");
}

function labelOf(row: Endpoint | StackOutput): string {
  return "logicalId" in row ? row.logicalId : row.name;
}
