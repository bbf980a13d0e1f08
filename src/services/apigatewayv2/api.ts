/** APIs: finding them, and how they are shown. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Api } from "../../wire/models/apigatewayv2.gen.ts";
import type { RequestContext } from "../service.ts";
import { apiNotFound } from "./errors.ts";
import { type ApiRecord, apis, apisByOwner } from "./keys.ts";

export const API_ID_LENGTH = 10;
export const PART_ID_LENGTH = 7;

const ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

export function newId(tx: WriteTx, length: number): string {
  let id = "";
  for (const byte of tx.random.bytes(length)) {
    id += ID_ALPHABET[byte % ID_ALPHABET.length] ?? "";
  }
  return id;
}

/** Whether a text can be the id or name of anything here: all else need not be looked for. */
export function isPartName(text: string): boolean {
  return /^(\$default|[\w-]{1,128})$/.test(text);
}

/** An API of the caller's account and region. */
export function requireApi(tx: ReadTx, ctx: RequestContext, apiId: string): ApiRecord {
  const api = isPartName(apiId) ? apis.get(tx, [apiId]) : undefined;
  if (api === undefined || api.accountId !== ctx.accountId || api.region !== ctx.region) {
    throw apiNotFound(ctx.accountId, apiId);
  }
  return api;
}

export function putApi(tx: WriteTx, api: ApiRecord): void {
  apis.put(tx, [api.apiId], api);
  apisByOwner.put(tx, [api.accountId, api.region, api.apiId], true);
}

/** As answers show it. */
export function shownApi(ctx: RequestContext, api: ApiRecord): Api {
  return {
    ...api.settings,
    ApiId: api.apiId,
    ApiEndpoint: endpointOf(ctx.endpoint, api.apiId),
    CreatedDate: new Date(api.createdMs),
  };
}

/** `http://<apiId>.execute-api.localhost:<port>`, on the port by which the caller came. */
function endpointOf(engine: string, apiId: string): string {
  const [, scheme = "http", port = ""] = engine.match(/^(https?):\/\/.*?(:[0-9]+)?$/) ?? [];
  return `${scheme}://${apiId}.execute-api.localhost${port}`;
}

/** What every API has that says nothing else. */
export const API_DEFAULTS = {
  ApiKeySelectionExpression: "$request.header.x-api-key",
  DisableExecuteApiEndpoint: false,
  IpAddressType: "ipv4",
  RouteSelectionExpression: "$request.method $request.path",
} as const;
