import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { putApi, requireApi, shownApi } from "../api.ts";
import { checkCors } from "../cors.ts";
import { autoDeploy } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { putIntegration, quickTarget, requireIntegration } from "../integration.ts";
import type { ApiRecord } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { putRoute, requireRoute } from "../route.ts";

type Quick = Pick<Input<"apigatewayv2", "UpdateApi">, "Target" | "RouteKey" | "CredentialsArn">;

export const updateApi: ApiOperation<"UpdateApi"> = async (ctx, input) => {
  const { ApiId, Target, RouteKey, CredentialsArn, ...settings } = input;
  if (input.DisableSchemaValidation === true) {
    throw notSupported("UpdateApi", "DisableSchemaValidation");
  }
  checkCors(input.CorsConfiguration);
  const api = await ctx.store.write((tx) => {
    const before = requireApi(tx, ctx, ApiId);
    const after = { ...before, settings: { ...before.settings, ...given(settings) } };
    putApi(tx, after);
    updateQuickCreated(tx, before, { Target, RouteKey, CredentialsArn });
    autoDeploy(tx, ApiId);
    return after;
  });
  return shownApi(ctx, api);
};

/** These three members are about what quick create made. */
function updateQuickCreated(tx: WriteTx, api: ApiRecord, changes: Quick): void {
  const { Target, RouteKey, CredentialsArn } = changes;
  if ((Target ?? RouteKey ?? CredentialsArn) === undefined) {
    return;
  }
  const { apiId, quickCreated } = api;
  if (quickCreated === undefined) {
    throw badRequest("Target, RouteKey and CredentialsArn are for APIs made by quick create");
  }
  const integration = requireIntegration(tx, apiId, quickCreated.integrationId);
  putIntegration(tx, apiId, {
    ...integration,
    ...given({ CredentialsArn }),
    ...(Target === undefined ? {} : quickTarget(Target)),
  });
  if (RouteKey !== undefined) {
    putRoute(tx, apiId, { ...requireRoute(tx, apiId, quickCreated.routeId), RouteKey });
  }
}
