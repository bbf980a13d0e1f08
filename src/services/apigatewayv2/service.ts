/** API Gateway, version 2: HTTP APIs, their configuration and their traffic. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { HttpApis } from "../../outbox/endpoints.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { createAuthorizerResults } from "./authorization/authorizer-results.ts";
import { createJwtCheck } from "./authorization/jwt-authorizer.ts";
import { createHttpApis } from "./http-apis.ts";
import { AUTHORIZER_RESULTS_MAX } from "./limits.ts";
import { createApi } from "./operations/create-api.ts";
import { createAuthorizer } from "./operations/create-authorizer.ts";
import { createDeployment } from "./operations/create-deployment.ts";
import { createIntegration } from "./operations/create-integration.ts";
import { createRoute } from "./operations/create-route.ts";
import { createStage } from "./operations/create-stage.ts";
import { deleteApi } from "./operations/delete-api.ts";
import { deleteAuthorizer } from "./operations/delete-authorizer.ts";
import { deleteCorsConfiguration } from "./operations/delete-cors-configuration.ts";
import { deleteDeployment } from "./operations/delete-deployment.ts";
import { deleteIntegration } from "./operations/delete-integration.ts";
import { deleteRoute } from "./operations/delete-route.ts";
import { deleteRouteSettings } from "./operations/delete-route-settings.ts";
import { deleteStage } from "./operations/delete-stage.ts";
import { getApi } from "./operations/get-api.ts";
import { getApis } from "./operations/get-apis.ts";
import { getAuthorizer } from "./operations/get-authorizer.ts";
import { getAuthorizers } from "./operations/get-authorizers.ts";
import { getDeployment } from "./operations/get-deployment.ts";
import { getDeployments } from "./operations/get-deployments.ts";
import { getIntegration } from "./operations/get-integration.ts";
import { getIntegrations } from "./operations/get-integrations.ts";
import { getRoute } from "./operations/get-route.ts";
import { getRoutes } from "./operations/get-routes.ts";
import { getStage } from "./operations/get-stage.ts";
import { getStages } from "./operations/get-stages.ts";
import { getTags } from "./operations/get-tags.ts";
import { importApi } from "./operations/import-api.ts";
import { reimportApi } from "./operations/reimport-api.ts";
import { resetAuthorizersCache } from "./operations/reset-authorizers-cache.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateApi } from "./operations/update-api.ts";
import { updateAuthorizer } from "./operations/update-authorizer.ts";
import { updateDeployment } from "./operations/update-deployment.ts";
import { updateIntegration } from "./operations/update-integration.ts";
import { updateRoute } from "./operations/update-route.ts";
import { updateStage } from "./operations/update-stage.ts";
import type { ApiPorts } from "./ports.ts";
import { createServe, type Serve } from "./serve.ts";

const operations: Operations<ApiPorts, "apigatewayv2"> = {
  CreateApi: createApi,
  CreateAuthorizer: createAuthorizer,
  CreateDeployment: createDeployment,
  CreateIntegration: createIntegration,
  CreateRoute: createRoute,
  CreateStage: createStage,
  DeleteApi: deleteApi,
  DeleteAuthorizer: deleteAuthorizer,
  DeleteCorsConfiguration: deleteCorsConfiguration,
  DeleteDeployment: deleteDeployment,
  DeleteIntegration: deleteIntegration,
  DeleteRoute: deleteRoute,
  DeleteRouteSettings: deleteRouteSettings,
  DeleteStage: deleteStage,
  GetApi: getApi,
  GetApis: getApis,
  GetAuthorizer: getAuthorizer,
  GetAuthorizers: getAuthorizers,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  GetIntegration: getIntegration,
  GetIntegrations: getIntegrations,
  GetRoute: getRoute,
  GetRoutes: getRoutes,
  GetStage: getStage,
  GetStages: getStages,
  GetTags: getTags,
  ImportApi: importApi,
  ReimportApi: reimportApi,
  ResetAuthorizersCache: resetAuthorizersCache,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateApi: updateApi,
  UpdateAuthorizer: updateAuthorizer,
  UpdateDeployment: updateDeployment,
  UpdateIntegration: updateIntegration,
  UpdateRoute: updateRoute,
  UpdateStage: updateStage,
};

export interface ApiGatewayV2 {
  readonly service: Service;
  /** Answers a request to an API: for the gateway, which finds the API by host or path. */
  readonly serve: Serve;
  /** The same for other services: pipes and workflows call APIs. */
  readonly apis: HttpApis;
}

export function createApiGatewayV2(
  given: CorePorts & { readonly dispatcher: Dispatcher; readonly http: HttpClient },
): ApiGatewayV2 {
  const authorizerResults = createAuthorizerResults(AUTHORIZER_RESULTS_MAX);
  const ports = { ...given, authorizerResults };
  const serve = createServe({ ...ports, jwtCheck: createJwtCheck(given) });
  return {
    service: {
      name: "apigatewayv2",
      operations: bindOperations<ApiPorts, "apigatewayv2">(ports, operations),
    },
    serve,
    apis: createHttpApis(serve),
  };
}
