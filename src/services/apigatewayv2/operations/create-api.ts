import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { API_DEFAULTS, API_ID_LENGTH, newId, putApi, shownApi } from "../api.ts";
import { checkCors } from "../cors.ts";
import { autoDeploy } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { addIntegration, quickTarget } from "../integration.ts";
import { type ApiRecord, stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { addRoute } from "../route.ts";
import { DEFAULT_ROUTE } from "../route-key.ts";

export const createApi: ApiOperation<"CreateApi"> = async (ctx, input) => {
  check(input);
  const { Target, RouteKey, CredentialsArn, ...settings } = input;
  const api = await ctx.store.write((tx) => {
    const apiId = newId(tx, API_ID_LENGTH);
    const created: ApiRecord = {
      apiId,
      accountId: ctx.accountId,
      region: ctx.region,
      createdMs: tx.nowMs,
      settings: {
        ...API_DEFAULTS,
        ...given(settings),
        Name: input.Name,
        ProtocolType: input.ProtocolType,
      },
    };
    putApi(tx, created);
    if (Target === undefined) {
      return created;
    }
    const quickCreated = quickCreate(tx, apiId, {
      target: Target,
      routeKey: RouteKey ?? DEFAULT_ROUTE,
      credentialsArn: CredentialsArn,
    });
    putApi(tx, { ...created, quickCreated });
    return created;
  });
  return shownApi(ctx, api);
};

function check(input: Input<"apigatewayv2", "CreateApi">): void {
  if (input.ProtocolType !== "HTTP") {
    throw notSupported("CreateApi", `the protocol ${input.ProtocolType}`);
  }
  if (input.DisableSchemaValidation === true) {
    throw notSupported("CreateApi", "DisableSchemaValidation");
  }
  if (input.Target === undefined && (input.RouteKey ?? input.CredentialsArn) !== undefined) {
    throw badRequest("Target is required when RouteKey or CredentialsArn is specified");
  }
  checkCors(input.CorsConfiguration);
}

/** Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html */
function quickCreate(
  tx: WriteTx,
  apiId: string,
  wanted: {
    readonly target: string;
    readonly routeKey: string;
    readonly credentialsArn: string | undefined;
  },
): NonNullable<ApiRecord["quickCreated"]> {
  const members = { CredentialsArn: wanted.credentialsArn, ...quickTarget(wanted.target) };
  const integration = addIntegration(tx, apiId, members, { ApiGatewayManaged: true });
  const route = addRoute(tx, apiId, {
    ApiGatewayManaged: true,
    RouteKey: wanted.routeKey,
    Target: `integrations/${integration.IntegrationId}`,
  });
  stages.put(tx, [apiId, "$default"], {
    createdMs: tx.nowMs,
    modifiedMs: tx.nowMs,
    settings: { ApiGatewayManaged: true, AutoDeploy: true, StageName: "$default" },
  });
  autoDeploy(tx, apiId);
  return { routeId: route.RouteId, integrationId: integration.IntegrationId };
}
