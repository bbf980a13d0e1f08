/** Puts an imported definition in the place of an API's routes, integrations and authorizers. */
import type { WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { addAuthorizer, checkAuthorizerMembers } from "./authorizer.ts";
import { checkCors } from "./cors.ts";
import { addIntegration, checkIntegrationMembers } from "./integration.ts";
import { authorizers, integrations, routes } from "./keys.ts";
import { type ImportedApi, parseOpenApi } from "./openapi.ts";
import { addRoute } from "./route.ts";

export interface ImportInput {
  readonly Body: string;
  readonly Basepath?: string | undefined;
}

/** Checked, so that nothing is left to refuse but what depends on the API itself. */
export function readImport(operation: string, input: ImportInput): ImportedApi {
  if (input.Basepath !== undefined && input.Basepath !== "ignore") {
    throw notSupported(operation, `the base path handling ${input.Basepath}`);
  }
  const imported = parseOpenApi(input.Body);
  checkCors(imported.settings.CorsConfiguration);
  for (const { members } of imported.authorizers) {
    checkAuthorizerMembers(operation, members);
  }
  for (const { integration } of imported.routes) {
    if (integration !== undefined) {
      checkIntegrationMembers(operation, integration);
    }
  }
  return imported;
}

/** Routes with equal integrations share one. */
export function replaceRoutes(tx: WriteTx, apiId: string, imported: ImportedApi): void {
  routes.clear(tx, { prefix: [apiId] });
  integrations.clear(tx, { prefix: [apiId] });
  const authorizerIds = replaceAuthorizers(tx, apiId, imported);
  const idByContent = new Map<string, string>();
  for (const { routeKey, operationName, integration, authorization } of imported.routes) {
    let target: string | undefined;
    if (integration !== undefined) {
      const content = JSON.stringify(integration);
      const id = idByContent.get(content) ?? addIntegration(tx, apiId, integration).IntegrationId;
      idByContent.set(content, id);
      target = `integrations/${id}`;
    }
    addRoute(tx, apiId, {
      RouteKey: routeKey,
      OperationName: operationName,
      Target: target,
      AuthorizationType: authorization?.type,
      AuthorizerId: authorizerIds.get(authorization?.authorizerName ?? ""),
      AuthorizationScopes: authorization?.scopes,
    });
  }
}

/** Their ids by their names: an authorizer that was there by the same name keeps its id. */
function replaceAuthorizers(
  tx: WriteTx,
  apiId: string,
  imported: ImportedApi,
): ReadonlyMap<string, string> {
  const before = new Map(
    [...authorizers.list(tx, { prefix: [apiId] })].map(
      ({ record }) => [record.Name, record.AuthorizerId] as const,
    ),
  );
  authorizers.clear(tx, { prefix: [apiId] });
  const ids = new Map<string, string>();
  for (const { name, type, members } of imported.authorizers) {
    const given = { ...members, AuthorizerType: type, Name: name };
    ids.set(name, addAuthorizer(tx, apiId, given, before.get(name)).AuthorizerId);
  }
  return ids;
}
