/** Puts an imported definition in the place of an API's routes and integrations. */
import type { WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { checkCors } from "./cors.ts";
import { addIntegration, checkIntegrationMembers } from "./integration.ts";
import { integrations, routes } from "./keys.ts";
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
  const imported = parseOpenApi(operation, input.Body);
  checkCors(imported.settings.CorsConfiguration);
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
  const idByContent = new Map<string, string>();
  for (const { routeKey, operationName, integration } of imported.routes) {
    let target: string | undefined;
    if (integration !== undefined) {
      const content = JSON.stringify(integration);
      const id = idByContent.get(content) ?? addIntegration(tx, apiId, integration).IntegrationId;
      idByContent.set(content, id);
      target = `integrations/${id}`;
    }
    addRoute(tx, apiId, { RouteKey: routeKey, OperationName: operationName, Target: target });
  }
}
