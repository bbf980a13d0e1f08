/** REST APIs: finding them, and how they are shown. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { RestApi } from "../../wire/models/apigateway.gen.ts";
import type { RequestContext } from "../service.ts";
import { apiNotFound, badRequest } from "./errors.ts";
import { given } from "./given.ts";
import { API_ID_LENGTH, isPartName, newId } from "./ids.ts";
import { apis, apisByOwner, models, PARTS, type RestApiRecord, resources } from "./keys.ts";

/** An API of the caller's account and region. */
export function requireApi(tx: ReadTx, ctx: RequestContext, apiId: string): RestApiRecord {
  const api = isPartName(apiId) ? apis.get(tx, [apiId]) : undefined;
  if (api === undefined || api.accountId !== ctx.accountId || api.region !== ctx.region) {
    throw apiNotFound(ctx.accountId, apiId);
  }
  return api;
}

/** As answers show it. */
export function shownApi(api: RestApiRecord): RestApi {
  return {
    ...api.settings,
    id: api.id,
    createdDate: new Date(api.createdMs),
    rootResourceId: api.rootResourceId,
  };
}

export type ApiSettings = Partial<RestApiRecord["settings"]> & { readonly name: string };

/** What every API has that says nothing else. */
const DEFAULTS = {
  apiKeySource: "HEADER",
  disableExecuteApiEndpoint: false,
  apiStatus: "AVAILABLE",
} as const;

const DEFAULT_ENDPOINT = { types: ["EDGE"], ipAddressType: "ipv4" } as const;

/** A new API with its root and the two models that every API begins with. */
export function newApi(tx: WriteTx, ctx: RequestContext, settings: ApiSettings): RestApiRecord {
  const api: RestApiRecord = {
    id: newId(tx, API_ID_LENGTH),
    accountId: ctx.accountId,
    region: ctx.region,
    createdMs: tx.nowMs,
    rootResourceId: newId(tx, API_ID_LENGTH),
    settings: {
      ...DEFAULTS,
      ...given(settings),
      name: settings.name,
      endpointConfiguration: {
        ...DEFAULT_ENDPOINT,
        ...given(settings.endpointConfiguration ?? {}),
      },
    },
  };
  putApi(tx, api);
  resources.put(tx, [api.id, api.rootResourceId], { id: api.rootResourceId, methods: {} });
  addDefaultModels(tx, api.id);
  return api;
}

export function putApi(tx: WriteTx, api: RestApiRecord): void {
  apis.put(tx, [api.id], api);
  apisByOwner.put(tx, [api.accountId, api.region, api.id], true);
}

export function removeApi(tx: WriteTx, api: RestApiRecord): void {
  apis.delete(tx, [api.id]);
  apisByOwner.delete(tx, [api.accountId, api.region, api.id]);
  for (const part of PARTS) {
    part.clear(tx, { prefix: [api.id] });
  }
}

const SCHEMA = "http://json-schema.org/draft-04/schema#";

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html */
export function addDefaultModels(tx: WriteTx, apiId: string): void {
  const contentType = "application/json";
  models.put(tx, [apiId, "Empty"], {
    id: newId(tx, 6),
    name: "Empty",
    description: "This is a default empty schema model",
    contentType,
    schema: `{\n  "$schema": "${SCHEMA}",\n  "title" : "Empty Schema",\n  "type" : "object"\n}`,
  });
  models.put(tx, [apiId, "Error"], {
    id: newId(tx, 6),
    name: "Error",
    description: "This is a default error schema model",
    contentType,
    schema: `{\n  "$schema" : "${SCHEMA}",\n  "title" : "Error Schema",\n  "type" : "object",\n  "properties" : {\n    "message" : { "type" : "string" }\n  }\n}`,
  });
}

const ENDPOINT_TYPES = ["EDGE", "REGIONAL", "PRIVATE"];
const COMPRESSION_SIZE_MAX = 10_485_760;

/** What holds of an API's settings however they came about. */
export function checkApiSettings(operation: string, settings: Partial<ApiSettings>): void {
  const { name, apiKeySource, minimumCompressionSize, endpointConfiguration, policy } = settings;
  if (name === "") {
    throw badRequest("Name cannot be empty");
  }
  if (apiKeySource !== undefined && !["HEADER", "AUTHORIZER"].includes(apiKeySource)) {
    throw badRequest(`Invalid API key source: ${apiKeySource}`);
  }
  const types = endpointConfiguration?.types ?? [];
  if (types.length > 1 || types.some((type) => !ENDPOINT_TYPES.includes(type))) {
    throw badRequest("Invalid endpoint types in the API's endpoint configuration");
  }
  if (types.includes("PRIVATE")) {
    throw notSupported(operation, "PRIVATE (an endpoint that is reached from VPCs alone)");
  }
  if ((endpointConfiguration?.vpcEndpointIds ?? []).length > 0) {
    throw notSupported(operation, "vpcEndpointIds");
  }
  if (
    minimumCompressionSize !== undefined &&
    !(minimumCompressionSize >= 0 && minimumCompressionSize <= COMPRESSION_SIZE_MAX)
  ) {
    throw badRequest(
      "Invalid minimum compression size, must be between 0 and 10485760 or null to disable compression",
    );
  }
  if (policy) {
    throw notSupported(operation, "policy (a resource policy of the API)");
  }
}
