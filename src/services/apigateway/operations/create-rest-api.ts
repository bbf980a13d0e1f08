import { notSupported } from "../../../wire/aws-error.ts";
import { notFound } from "../errors.ts";
import { isPartName } from "../ids.ts";
import { apis, authorizers, gatewayResponses, models, resources, validators } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { checkApiSettings, newApi, shownApi } from "../rest-api.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html */
export const createRestApi: ApiOperation<"CreateRestApi"> = async (ctx, input) => {
  const { cloneFrom, ...settings } = input;
  checkApiSettings("CreateRestApi", settings);
  if (settings.endpointAccessMode !== undefined || settings.securityPolicy !== undefined) {
    throw notSupported("CreateRestApi", "endpointAccessMode and securityPolicy");
  }
  const api = await ctx.store.write((tx) => {
    const created = newApi(tx, ctx, settings);
    if (cloneFrom === undefined) {
      return created;
    }
    const source = isPartName(cloneFrom) ? apis.get(tx, [cloneFrom]) : undefined;
    if (source?.accountId !== ctx.accountId || source.region !== ctx.region) {
      throw notFound("Invalid API identifier specified");
    }
    for (const part of [resources, models, validators, authorizers, gatewayResponses]) {
      part.clear(tx, { prefix: [created.id] });
      for (const { id, record } of part.list(tx, { prefix: [cloneFrom] })) {
        part.put(tx, [created.id, ...id.slice(1)], record as never);
      }
    }
    const cloned = { ...created, rootResourceId: source.rootResourceId };
    apis.put(tx, [cloned.id], cloned);
    return cloned;
  });
  return shownApi(api);
};
