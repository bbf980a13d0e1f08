/**
 * What an update can change, by resource.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */
import {
  boolean,
  listedByValue,
  listedInPath,
  number,
  optional,
  type PatchTable,
  setIn,
  settable,
  text,
} from "./patch.ts";

export const REST_API: PatchTable = {
  "/apiKeySource": settable(text),
  "/binaryMediaTypes/{}": listedInPath(),
  "/description": settable(text),
  "/disableExecuteApiEndpoint": settable(boolean),
  "/endpointConfiguration/ipAddressType": settable(text),
  "/endpointConfiguration/types/{}": {
    ops: ["replace"],
    apply: (record, { value }) => setIn(record, ["endpointConfiguration", "types"], [value]),
  },
  "/endpointConfiguration/vpcEndpointIds": listedByValue(),
  "/minimumCompressionSize": {
    ops: ["replace", "remove"],
    apply: ({ minimumCompressionSize: _, ...record }, { value }) =>
      value === undefined || value === ""
        ? record
        : setIn(record, ["minimumCompressionSize"], number(value, "/minimumCompressionSize")),
  },
  "/name": settable(text),
  "/policy": optional(text),
  "/version": settable(text),
};

export const RESOURCE: PatchTable = {
  "/parentId": settable(text),
  "/pathPart": settable(text),
};

export const METHOD: PatchTable = {
  "/apiKeyRequired": settable(boolean),
  "/authorizationScopes": listedByValue(),
  "/authorizationType": settable(text),
  "/authorizerId": optional(text),
  "/operationName": settable(text),
  "/requestModels/{}": optional(text),
  "/requestParameters/{}": optional(boolean),
  "/requestValidatorId": optional(text),
};

export const METHOD_RESPONSE: PatchTable = {
  "/responseModels/{}": optional(text),
  "/responseParameters/{}": optional(boolean),
};

export const INTEGRATION: PatchTable = {
  "/cacheKeyParameters": listedByValue(),
  "/cacheKeyParameters/{}": listedInPath(),
  "/cacheNamespace": settable(text),
  "/connectionId": settable(text),
  "/connectionType": settable(text),
  "/contentHandling": optional(text),
  "/credentials": optional(text),
  "/httpMethod": settable(text),
  "/integrationTarget": settable(text),
  "/passthroughBehavior": settable(text),
  "/requestParameters/{}": optional(text),
  "/requestTemplates/{}": optional(text),
  "/responseTransferMode": settable(text),
  "/timeoutInMillis": settable(number),
  "/tlsConfig/insecureSkipVerification": settable(boolean),
  "/type": settable(text),
  "/uri": settable(text),
};

export const INTEGRATION_RESPONSE: PatchTable = {
  "/contentHandling": optional(text),
  "/responseParameters/{}": optional(text),
  "/responseTemplates/{}": optional(text),
  "/selectionPattern": settable(text),
};

export const DEPLOYMENT: PatchTable = { "/description": settable(text) };

export const MODEL: PatchTable = { "/description": settable(text), "/schema": settable(text) };

export const VALIDATOR: PatchTable = {
  "/name": settable(text),
  "/validateRequestBody": settable(boolean),
  "/validateRequestParameters": settable(boolean),
};

export const AUTHORIZER: PatchTable = {
  "/authType": settable(text),
  "/authorizerCredentials": optional(text),
  "/authorizerResultTtlInSeconds": settable(number),
  "/authorizerUri": settable(text),
  "/identitySource": settable(text),
  "/identityValidationExpression": optional(text),
  "/name": settable(text),
  "/providerARNs": listedByValue(),
  "/type": settable(text),
};

export const GATEWAY_RESPONSE: PatchTable = {
  "/responseParameters/{}": optional(text),
  "/responseTemplates/{}": optional(text),
  "/statusCode": optional(text),
};

export const ACCOUNT: PatchTable = { "/cloudwatchRoleArn": optional(text) };

export const API_KEY: PatchTable = {
  "/customerId": settable(text),
  "/description": settable(text),
  "/enabled": settable(boolean),
  "/name": settable(text),
};
