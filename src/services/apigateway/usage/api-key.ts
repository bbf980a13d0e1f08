/** API keys: texts by which callers are told apart, for usage plans. */
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { ApiKey } from "../../../wire/models/apigateway.gen.ts";
import type { RequestContext } from "../../service.ts";
import { badRequest, conflict, notFound } from "../errors.ts";
import { API_ID_LENGTH, isPartName, newId, newKeyValue } from "../ids.ts";
import { type ApiKeyRecord, apiKeys, apiKeysByValue } from "../keys.ts";

export function requireApiKey(tx: ReadTx, ctx: RequestContext, id: string): ApiKeyRecord {
  const key = isPartName(id) ? apiKeys.get(tx, [ctx.accountId, ctx.region, id]) : undefined;
  if (key === undefined) {
    throw notFound("Invalid API Key identifier specified");
  }
  return key;
}

const VALUE_LENGTH_MIN = 20;
const VALUE_LENGTH_MAX = 128;

export function addApiKey(
  tx: WriteTx,
  ctx: RequestContext,
  settings: Omit<ApiKey, "id" | "createdDate" | "lastUpdatedDate">,
): ApiKeyRecord {
  const value = settings.value || newKeyValue(tx);
  if (value.length < VALUE_LENGTH_MIN) {
    throw badRequest("API Key value should be at least 20 characters");
  }
  if (value.length > VALUE_LENGTH_MAX) {
    throw badRequest(`API Key value should be at most ${VALUE_LENGTH_MAX} characters`);
  }
  const owner = [ctx.accountId, ctx.region];
  if (apiKeysByValue.get(tx, [...owner, value]) !== undefined) {
    throw conflict("API Key already exists");
  }
  const id = newId(tx, API_ID_LENGTH);
  const enabled = settings.enabled ?? false;
  const key = {
    createdMs: tx.nowMs,
    modifiedMs: tx.nowMs,
    settings: { stageKeys: [], ...settings, id, value, enabled },
  };
  apiKeys.put(tx, [...owner, id], key);
  apiKeysByValue.put(tx, [...owner, value], id);
  return key;
}

/** The value is told only to those who ask for it. */
export function shownApiKey(key: ApiKeyRecord, includeValue: boolean | undefined): ApiKey {
  const { value, ...settings } = key.settings;
  return {
    ...settings,
    ...(includeValue === true ? { value } : {}),
    createdDate: new Date(key.createdMs),
    lastUpdatedDate: new Date(key.modifiedMs),
  };
}
