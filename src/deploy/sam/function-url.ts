/**
 * The URL of a function, open to everybody or to those who sign.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html
 */
import { isObject, type ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";
import { defined, inheritedAttributes, objectOf, ref, type SamResource } from "./sam-resource.ts";

type Entry = readonly [logicalId: string, resource: ValueObject];

const CORS_PROPERTIES: ReadonlySet<string> = new Set([
  "AllowOrigins",
  "AllowMethods",
  "AllowCredentials",
  "AllowHeaders",
  "ExposeHeaders",
  "MaxAge",
]);

export function functionUrl(resource: SamResource, aliasId: string | undefined): readonly Entry[] {
  const { logicalId, attributes } = resource;
  const config = resource.properties["FunctionUrlConfig"];
  if (!isObject(config)) {
    return [];
  }
  const { AuthType, Cors, InvokeMode } = config;
  if (!isObject(AuthType) && AuthType !== "AWS_IAM" && AuthType !== "NONE") {
    throw resourceError(
      logicalId,
      "AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.",
    );
  }
  const unknown = Object.keys(objectOf(Cors)).find(
    (name) => !CORS_PROPERTIES.has(name) && name !== "Ref" && !name.startsWith("Fn::"),
  );
  if (unknown !== undefined) {
    throw resourceError(logicalId, `${unknown} is not a valid property for configuring Cors.`);
  }
  const target = ref(aliasId ?? logicalId);
  const made = (type: string, properties: ValueObject): ValueObject => ({
    Type: type,
    ...inheritedAttributes(attributes),
    Properties: properties,
  });
  const url = made(
    "AWS::Lambda::Url",
    defined({ TargetFunctionArn: target, AuthType, Cors, InvokeMode }),
  );
  const open: readonly Entry[] =
    AuthType === "NONE"
      ? [
          [
            `${logicalId}UrlPublicPermissions`,
            made("AWS::Lambda::Permission", {
              Action: "lambda:InvokeFunctionUrl",
              FunctionName: target,
              Principal: "*",
              FunctionUrlAuthType: "NONE",
            }),
          ],
          [
            `${logicalId}URLInvokeAllowPublicAccess`,
            made("AWS::Lambda::Permission", {
              Action: "lambda:InvokeFunction",
              FunctionName: target,
              Principal: "*",
              InvokedViaFunctionUrl: true,
            }),
          ],
        ]
      : [];
  return [[`${logicalId}Url`, url], ...open];
}
