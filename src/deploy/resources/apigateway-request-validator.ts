/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-requestvalidator.html */
import { boolean, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayRequestValidator: ResourceType = resourceType({
  type: "AWS::ApiGateway::RequestValidator",
  attributes: ["RequestValidatorId"],
  properties: {
    Name: replaces(text),
    RestApiId: replaces(text),
    ValidateRequestBody: changes(boolean),
    ValidateRequestParameters: changes(boolean),
  },
  required: ["RestApiId"],
  async create(ctx, properties) {
    const { id = "" } = await call(ctx, "apigateway", "CreateRequestValidator", {
      restApiId: properties.RestApiId,
      name: properties.Name,
      validateRequestBody: properties.ValidateRequestBody,
      validateRequestParameters: properties.ValidateRequestParameters,
    });
    return { physicalId: id, attributes: { RequestValidatorId: id } };
  },
  async update(ctx, live, properties) {
    const { ValidateRequestBody: body = false, ValidateRequestParameters = false } = properties;
    await call(ctx, "apigateway", "UpdateRequestValidator", {
      restApiId: properties.RestApiId,
      requestValidatorId: live.physicalId,
      patchOperations: [
        { op: "replace", path: "/validateRequestBody", value: String(body) },
        {
          op: "replace",
          path: "/validateRequestParameters",
          value: String(ValidateRequestParameters),
        },
      ],
    });
    return live;
  },
  async delete(ctx, { physicalId: requestValidatorId }, { RestApiId: restApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteRequestValidator", { restApiId, requestValidatorId }),
    );
  },
});
