/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-gatewayresponse.html */
import { map, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayGatewayResponse: ResourceType = resourceType({
  type: "AWS::ApiGateway::GatewayResponse",
  attributes: ["Id"],
  properties: {
    ResponseParameters: changes(map(text)),
    ResponseTemplates: changes(map(text)),
    ResponseType: replaces(text),
    RestApiId: replaces(text),
    StatusCode: changes(text),
  },
  required: ["ResponseType", "RestApiId"],
  async create(ctx, properties) {
    await put(ctx, properties);
    const id = `${properties.RestApiId}-${properties.ResponseType}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(ctx, live, properties) {
    await put(ctx, properties);
    return live;
  },
  async delete(ctx, _, { RestApiId: restApiId, ResponseType: responseType }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteGatewayResponse", { restApiId, responseType }),
    );
  },
});

async function put(
  ctx: ResourceContext,
  properties: {
    readonly ResponseParameters?: Readonly<Record<string, string>> | undefined;
    readonly ResponseTemplates?: Readonly<Record<string, string>> | undefined;
    readonly ResponseType: string;
    readonly RestApiId: string;
    readonly StatusCode?: string | undefined;
  },
): Promise<void> {
  await call(ctx, "apigateway", "PutGatewayResponse", {
    restApiId: properties.RestApiId,
    responseType: properties.ResponseType,
    responseParameters: properties.ResponseParameters,
    responseTemplates: properties.ResponseTemplates,
    statusCode: properties.StatusCode,
  });
}
