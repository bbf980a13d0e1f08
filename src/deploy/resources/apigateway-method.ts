/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-method.html */
import { boolean, list, map, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFoundException"];

const integrationResponse = object(
  {
    ContentHandling: text,
    ResponseParameters: map(text),
    ResponseTemplates: map(text),
    SelectionPattern: text,
    StatusCode: text,
  },
  ["StatusCode"],
);

const integration = object({
  CacheKeyParameters: list(text),
  CacheNamespace: text,
  ConnectionId: text,
  ConnectionType: text,
  ContentHandling: text,
  Credentials: text,
  IntegrationHttpMethod: text,
  IntegrationResponses: list(integrationResponse),
  PassthroughBehavior: text,
  RequestParameters: map(text),
  RequestTemplates: map(text),
  TimeoutInMillis: number,
  Type: text,
  Uri: text,
});

const methodResponse = object(
  { ResponseModels: map(text), ResponseParameters: map(boolean), StatusCode: text },
  ["StatusCode"],
);

export const apigatewayMethod: ResourceType = resourceType({
  type: "AWS::ApiGateway::Method",
  properties: {
    ApiKeyRequired: changes(boolean),
    AuthorizationScopes: changes(list(text)),
    AuthorizationType: changes(text),
    AuthorizerId: changes(text),
    HttpMethod: replaces(text),
    Integration: changes(integration),
    MethodResponses: changes(list(methodResponse)),
    OperationName: changes(text),
    RequestModels: changes(map(text)),
    RequestParameters: changes(map(boolean)),
    RequestValidatorId: changes(text),
    ResourceId: replaces(text),
    RestApiId: replaces(text),
  },
  required: ["HttpMethod", "ResourceId", "RestApiId"],
  async create(ctx, properties) {
    const { HttpMethod, ResourceId, RestApiId } = properties;
    if (ctx.resumed) {
      await remove(ctx, properties);
    }
    try {
      await put(ctx, properties);
    } catch (error) {
      // Half a method would hold on to the models, validators and authorizers it names.
      await remove(ctx, properties);
      throw error;
    }
    return { physicalId: `${RestApiId}-${ResourceId}-${HttpMethod}`, attributes: {} };
  },
  /** Anew as a whole: nobody is served by it before a deployment. */
  async update(ctx, live, properties) {
    await remove(ctx, properties);
    await put(ctx, properties);
    return live;
  },
  async delete(ctx, _, properties) {
    await remove(ctx, properties);
  },
});

interface Place {
  readonly HttpMethod: string;
  readonly ResourceId: string;
  readonly RestApiId: string;
}

type Properties = Place & {
  readonly ApiKeyRequired?: boolean | undefined;
  readonly AuthorizationScopes?: readonly string[] | undefined;
  readonly AuthorizationType?: string | undefined;
  readonly AuthorizerId?: string | undefined;
  readonly Integration?: ReturnType<typeof integration> | undefined;
  readonly MethodResponses?: readonly ReturnType<typeof methodResponse>[] | undefined;
  readonly OperationName?: string | undefined;
  readonly RequestModels?: Readonly<Record<string, string>> | undefined;
  readonly RequestParameters?: Readonly<Record<string, boolean>> | undefined;
  readonly RequestValidatorId?: string | undefined;
};

function placeOf({ HttpMethod, ResourceId, RestApiId }: Place) {
  return { restApiId: RestApiId, resourceId: ResourceId, httpMethod: HttpMethod };
}

async function remove(ctx: ResourceContext, properties: Place): Promise<void> {
  await unless(GONE, call(ctx, "apigateway", "DeleteMethod", placeOf(properties)));
}

async function put(ctx: ResourceContext, properties: Properties): Promise<void> {
  const place = placeOf(properties);
  await call(ctx, "apigateway", "PutMethod", {
    ...place,
    apiKeyRequired: properties.ApiKeyRequired,
    authorizationScopes: properties.AuthorizationScopes,
    authorizationType: properties.AuthorizationType ?? "NONE",
    authorizerId: properties.AuthorizerId,
    operationName: properties.OperationName,
    requestModels: properties.RequestModels,
    requestParameters: properties.RequestParameters,
    requestValidatorId: properties.RequestValidatorId,
  });
  for (const response of properties.MethodResponses ?? []) {
    await call(ctx, "apigateway", "PutMethodResponse", {
      ...place,
      statusCode: response.StatusCode,
      responseModels: response.ResponseModels,
      responseParameters: response.ResponseParameters,
    });
  }
  if (properties.Integration !== undefined) {
    await putIntegration(ctx, place, properties.Integration);
  }
}

async function putIntegration(
  ctx: ResourceContext,
  place: ReturnType<typeof placeOf>,
  given: ReturnType<typeof integration>,
): Promise<void> {
  await call(ctx, "apigateway", "PutIntegration", {
    ...place,
    cacheKeyParameters: given.CacheKeyParameters,
    cacheNamespace: given.CacheNamespace,
    connectionId: given.ConnectionId,
    connectionType: given.ConnectionType,
    contentHandling: given.ContentHandling,
    credentials: given.Credentials,
    integrationHttpMethod: given.IntegrationHttpMethod,
    passthroughBehavior: given.PassthroughBehavior,
    requestParameters: given.RequestParameters,
    requestTemplates: given.RequestTemplates,
    timeoutInMillis: given.TimeoutInMillis,
    type: given.Type ?? "",
    uri: given.Uri,
  });
  for (const response of given.IntegrationResponses ?? []) {
    await call(ctx, "apigateway", "PutIntegrationResponse", {
      ...place,
      statusCode: response.StatusCode,
      contentHandling: response.ContentHandling,
      responseParameters: response.ResponseParameters,
      responseTemplates: response.ResponseTemplates,
      selectionPattern: response.SelectionPattern,
    });
  }
}
